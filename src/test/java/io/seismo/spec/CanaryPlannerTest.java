package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seismo.wire.Dtype;
import io.seismo.wire.Epoch;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CanaryPlannerTest {

    private static final String SPEC = Specs.MINIMAL
                    .replace(
                            "alerts:",
                            "  integrity: { source: canary, method: match, false_pages_per_week: 0.1 }\nalerts:")
                    .replace("Spike: { from: [rate] }", "Spike: { from: [rate, integrity], severity: page }")
            + "canaries:\n  greeting: { recorded: canaries/g.safetensors }\n";
    private static final CanaryFacts FACTS = facts("m", "r", Dtype.DTYPE_BF16, 384, 0.2);

    @Test
    void shouldPlanCanariesAndMakeThePlanAgainFromTheLog() {
        SpecDocument document = SpecParser.parse("canary.yaml", SPEC);
        MonitorPlan plan = Planner.plan(document, catalog(FACTS), 4);
        assertThat(plan.canaries())
                .containsExactly(new CanaryPlan("greeting", "canaries/g.safetensors", 0.01, "d".repeat(64)));
        assertThat(plan.detectors().get(0)).isEqualTo(new DetectorPlan.CanaryMatch("integrity", 900_000, 0.1));
        Epoch epoch = Epoch.newBuilder()
                .setNumber(4)
                .setSpec(SPEC)
                .addEncoders(EpochRecord.encoder(
                        "some/sae", EncoderFacts.sae(384, 1536).measured(40, 32)))
                .addCanaries(EpochRecord.canary("canaries/g.safetensors", FACTS))
                .build();
        assertThat(EpochRecord.plan(epoch)).as("the file may be gone").isEqualTo(plan);
    }

    @Test
    void shouldPlanWithoutCanariesFromRecordsOfBefore() {
        Epoch epoch = Epoch.newBuilder()
                .setNumber(1)
                .setSpec(Specs.MINIMAL)
                .addEncoders(EpochRecord.encoder(
                        "some/sae", EncoderFacts.sae(384, 1536).measured(40, 32)))
                .build();
        assertThat(EpochRecord.plan(epoch).canaries()).isEmpty();
    }

    @Test
    void shouldRefuseARecordingThatIsNotThere() {
        assertThat(refusal(EncoderCatalog.of(
                        Map.of("some/sae", EncoderFacts.sae(384, 1536).measured(40, 32)))))
                .isEqualTo("canary.yaml:15:25: canaries.greeting.recorded: no recorded rows at"
                        + " \"canaries/g.safetensors\"; none is defined");
    }

    @Test
    void shouldRefuseARecordingOfAnotherModelHookOrForm() {
        assertThat(refusal(catalog(facts("m", "r2", Dtype.DTYPE_BF16, 384, 0.2))))
                .contains("canaries.greeting.recorded: recorded of m revision r2", "; record it of m revision r");
        assertThat(refusal(catalog(facts("m", "r", Dtype.DTYPE_F32, 384, 0.2))))
                .contains("are 384 wide in DTYPE_F32, the tap's are 384 in DTYPE_BF16");
        TreeMap<String, CanaryFacts.Hook> other =
                new TreeMap<>(Map.of("blocks.4.resid_post", new CanaryFacts.Hook(Dtype.DTYPE_BF16, 384)));
        assertThat(refusal(catalog(new CanaryFacts("m", "r", 3, other, 0.2, "d"))))
                .contains("holds no rows of hook blocks.3.resid_post", "it holds blocks.4.resid_post");
    }

    @Test
    void shouldRefuseAToleranceWithinWhichANeighbourWouldPass() {
        assertThat(refusal(catalog(facts("m", "r", Dtype.DTYPE_BF16, 384, 0.008))))
                .contains("canaries.greeting.tolerance: within 1.00% another layer", "is 0.800% away");
        assertThat(refusal(catalog(facts("m", "r", Dtype.DTYPE_BF16, 384, 0)))).contains("recorded twice");
    }

    private static CanaryFacts facts(String model, String revision, Dtype dtype, int width, double nearest) {
        TreeMap<String, CanaryFacts.Hook> hooks = new TreeMap<>();
        hooks.put("blocks.3.resid_post", new CanaryFacts.Hook(dtype, width));
        return new CanaryFacts(model, revision, 12, hooks, nearest, "d".repeat(64));
    }

    private static EncoderCatalog catalog(CanaryFacts facts) {
        return EncoderCatalog.of(
                Map.of("some/sae", EncoderFacts.sae(384, 1536).measured(40, 32)),
                Map.of("canaries/g.safetensors", facts));
    }

    private static String refusal(EncoderCatalog catalog) {
        SpecException refused = catchThrowableOfType(
                SpecException.class, () -> Planner.plan(SpecParser.parse("canary.yaml", SPEC), catalog, 1));
        assertThat(refused.problems()).hasSize(1);
        return refused.problems().get(0).toString();
    }
}
