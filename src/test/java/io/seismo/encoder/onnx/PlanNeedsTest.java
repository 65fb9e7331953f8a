package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.onnx.OnnxPlanEncoders.WholeSae;
import io.seismo.spec.ProbePlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says it needs, against the sessions that are really opened for it. */
class PlanNeedsTest {

    @TempDir
    private Path dir;

    /** A graph as both sides tell of it. */
    private record Seen(String tap, int dIn, int columns, long flop, long bytesPerToken) {}

    private static Seen seen(String tap, OnnxGraph graph) {
        long row = (long) graph.dIn() * RowBlock.bytesPerElement(graph.input());
        return new Seen(
                tap,
                graph.dIn(),
                graph.columns(),
                2L * graph.dIn() * graph.columns(),
                row + 4L * graph.columns() + graph.ending().bytes(graph.columns()));
    }

    private static List<Seen> planned(PlanNeeds needs) {
        return needs.watch().stream()
                .map(one -> new Seen(
                        one.tap(),
                        one.dIn(),
                        one.graph().columns(),
                        one.graph().flopPerToken(),
                        one.graph().bytesPerToken()))
                .toList();
    }

    private static List<Seen> opened(OnnxPlanEncoders encoders) {
        Encoder any = encoders.byName().values().iterator().next();
        OnnxJointWatch joint = (OnnxJointWatch) Objects.requireNonNull(any.joint());
        List<Seen> seen = new ArrayList<>();
        for (ValueBlock block : joint.blocks()) {
            if (block instanceof MatrixBlock matrix) {
                seen.add(seen(matrix.tap(), matrix.graph()));
            }
        }
        return seen;
    }

    private static long gathered(OnnxPlanEncoders encoders) {
        return opened(encoders).stream()
                .mapToLong(one -> 4L * one.dIn() * one.columns())
                .sum();
    }

    @Test
    void shouldPlanTheVeryMultiplicationsThatAreOpenedForProbesOfEveryForm() throws IOException {
        try (ProbeFixture fixture = new ProbeFixture(dir)) {
            PlanNeeds needs = PlanNeeds.of(fixture.plan.taps());

            assertThat(planned(needs)).isEqualTo(opened(fixture.encoders)).hasSize(2);
            assertThat(needs.columns("mlp")).as("its hidden layer").isEqualTo(24);
            assertThat(needs.columns("mlp-both")).as("at two taps").isEqualTo(16);
            assertThat(needs.columns("topics"))
                    .as("what is watched and what trees read, once")
                    .isEqualTo(4);
            assertThat(needs.columns("onnx")).isZero();
            assertThat(needs.flop("both")).isEqualTo(2L * (ProbeFixture.MID + ProbeFixture.LATE));
            assertThat(needs.heads())
                    .extracting(PlanNeeds.Headed::encoder)
                    .containsExactlyInAnyOrder("mlp", "mlp-both", "forest", "head", "onnx");
        }
    }

    @Test
    void shouldPlanTheVerySaesThatAreComputedWhole() throws IOException {
        try (ProbeFixture fixture = new ProbeFixture(dir)) {
            PlanNeeds needs = PlanNeeds.of(fixture.plan.taps());

            assertThat(needs.full())
                    .extracting(full -> full.encoders().get(0) + " " + full.everyToken() + " "
                            + full.graph().columns())
                    .containsExactlyInAnyOrder("topics false 2048", "top true 96");
            assertThat(needs.full()).hasSize(fixture.whole().size());
            for (PlanNeeds.Full full : needs.full()) {
                Encoder encoder = fixture.whole().entrySet().stream()
                        .filter(entry -> entry.getKey().location().equals(full.location()))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
                assertThat(encoder.width()).isEqualTo(full.graph().columns());
                assertThat(encoder.dIn()).isEqualTo(full.dIn());
            }
        }
    }

    @Test
    void shouldNotAgreeWithTheSessionsOfAnotherPlan() throws IOException {
        try (ProbeFixture fixture = new ProbeFixture(dir)) {
            List<TapPlan> fewer = new ArrayList<>();
            for (TapPlan tap : fixture.plan.taps()) {
                fewer.add(with(
                        tap,
                        tap.encoders().stream()
                                .filter(encoder -> !encoder.name().equals("mlp"))
                                .toList()));
            }
            assertThat(planned(PlanNeeds.of(fewer))).isNotEqualTo(opened(fixture.encoders));
        }
    }

    @Test
    void shouldHaveAMultiplicationForEachNormAndOpenASharedSaeOnce() throws IOException {
        new RandomSae("standard", TensorType.F32, 64, 96, 5).write(Files.createDirectory(dir.resolve("plain")));
        new RandomSae("standard", TensorType.F32, 64, 96, 6).write(Files.createDirectory(dir.resolve("normed")));
        Path config = dir.resolve("normed/cfg.json");
        Files.writeString(config, Files.readString(config).replace("ons\": \"none\"", "ons\": \"layer_norm\""));
        List<EncoderPlan> encoders = List.of(
                sae("a", dir.resolve("plain"), List.of(1, 7), 1),
                sae("b", dir.resolve("plain"), List.of(7), 0.5),
                sae("c", dir.resolve("normed"), List.of(0, 2, 4), 0));
        TapPlan tap = with(new TapPlan("late", "", 64, Dtype.DTYPE_BF16, false, false, 0, List.of()), encoders);
        PlanNeeds needs = PlanNeeds.of(List.of(tap));
        Map<WholeSae, Encoder> whole = new HashMap<>();
        try (OnnxPlanEncoders open = open(List.of(tap), whole)) {
            assertThat(planned(needs)).isEqualTo(opened(open)).hasSize(2);
            assertThat(needs.watch().get(0).graph().bytesPerToken()).isEqualTo(2 * 64 + 4 * 3);
            assertThat(needs.watch().get(1).graph().bytesPerToken())
                    .as("normalised rows reach it in fp32")
                    .isEqualTo(4 * 64 + 4 * 3);
            assertThat(needs.full()).hasSize(whole.size()).hasSize(1);
            assertThat(needs.full().get(0).encoders()).containsExactly("a", "b");
            assertThat(needs.watch().stream()
                            .mapToLong(one -> one.graph().own())
                            .sum())
                    .as("gathered once and packed once, beside vectors")
                    .isEqualTo(2 * gathered(open) + 3L * 4 * (3 + 3));
        }
        whole.values().forEach(Encoder::close);
    }

    private static OnnxPlanEncoders open(List<TapPlan> taps, Map<WholeSae, Encoder> whole) {
        return OnnxPlanEncoders.open(
                taps, (sae, weights) -> whole.computeIfAbsent(sae, wanted -> OnnxEncoders.open(weights, wanted)));
    }

    private static EncoderPlan sae(String name, Path location, List<Integer> watched, double full) {
        return new EncoderPlan(name, location.toString(), false, 96, watched, full, "", ProbePlan.NONE);
    }

    private static TapPlan with(TapPlan tap, List<EncoderPlan> encoders) {
        return new TapPlan(tap.name(), tap.hook(), tap.dIn(), tap.dtype(), false, false, 0, encoders);
    }
}
