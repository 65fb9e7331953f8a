package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seismo.spec.MonitorPlan.Column;
import io.seismo.wire.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PlannerTest {

    private static final SpecDocument MINIMAL = SpecParser.parse("minimal.yaml", Specs.MINIMAL);

    @Test
    void shouldResolveTheDefaultSpec() throws IOException {
        SpecDocument document =
                SpecParser.parse("monitor.yaml", Files.readAllBytes(Path.of("src/test/resources/spec/good/demo.yaml")));

        MonitorPlan plan = Planner.plan(document, Specs.CATALOG, 3);

        assertThat(plan.epoch()).isEqualTo(3);
        assertThat(plan.specHash()).isEqualTo(document.hash());
        assertThat(plan.columns())
                .hasSize(4)
                .isSortedAccordingTo(java.util.Comparator.comparing(Column::tap)
                        .thenComparing(Column::encoder)
                        .thenComparingInt(Column::feature))
                .contains(new Column("mid", "phish-lr", 0));
        assertThat(plan.watches())
                .extracting(WatchPlan::id)
                .containsExactly("golden-gate-bridge", "phishing", "phishing-probe");
        assertThat(plan.watch("phishing").columns()).hasSize(2).isSorted();
        assertThat(plan.detectors()).extracting(DetectorPlan::id).containsExactly("blind", "never", "rate");
        assertThat(plan.detectors().get(2))
                .isEqualTo(new DetectorPlan.Rate(
                        "rate",
                        List.of("golden-gate-bridge", "phishing", "phishing-probe"),
                        6,
                        List.of(2.0, 5.0),
                        0.8));
        assertThat(plan.taps().get(0).encoders())
                .extracting(TapPlan.EncoderPlan::name)
                .containsExactly("phish-lr", "topics");
        assertThat(plan.taps().get(0).encoders().get(0).watched()).containsExactly(0);
        assertThat(plan.taps().get(0).sinkNorm()).isEqualTo(100f);
        assertThat(plan.alerts().get(1).severity()).isEqualTo(Severity.SEVERITY_PAGE);
    }

    @Test
    void shouldOrderColumnsByTapEncoderAndFeatureWhateverTheOrderOfTheText() {
        String spec = """
                seismo: 1
                model: { name: m, revision: r }
                taps:
                  z: { hook: late, d_in: 4, dtype: f32, skip: [special] }
                  a: { hook: early, d_in: 4, dtype: f32, skip: [first] }
                encoders:
                  two: { sae: s, tap: a }
                  one: { sae: s, tap: z }
                watch:
                  x: { read: "max(one/3, two/10, two/9)", severity: page }
                  w: { read: "max(two/10, one/1)", severity: info }
                detectors:
                  cap: { watch: [x, w], method: cap, above: 3, set_by: me }
                alerts:
                  Spike: { from: [cap] }
                """;

        MonitorPlan plan = Planner.plan(
                SpecParser.parse("order.yaml", spec), EncoderCatalog.of(Map.of("s", EncoderFacts.sae(4, 11))), 1);

        assertThat(plan.columns())
                .containsExactly(
                        new Column("a", "two", 9),
                        new Column("a", "two", 10),
                        new Column("z", "one", 1),
                        new Column("z", "one", 3));
        assertThat(plan.watch("x").columns()).containsExactly(0, 1, 3);
        assertThat(plan.watch("w").columns()).containsExactly(1, 2);
        assertThat(plan.taps()).extracting(TapPlan::skipFirst).containsExactly(true, false);
        assertThat(plan.taps()).extracting(TapPlan::skipSpecial).containsExactly(false, true);
        assertThat(plan.taps()).extracting(TapPlan::sinkNorm).containsOnly(0f);
    }

    private static final String WATCHED_SAE = """
            seismo: 1
            model: { name: m, revision: r }
            taps:
              z: { hook: late, d_in: 4, dtype: f32, skip: [special] }
            encoders:
              topics: { sae: s, tap: z, full: 10% of requests }
              other: { sae: o, tap: z }
            watch:
              x: { read: "max(topics/3, other/1)", severity: page }
            detectors:
              cap: { watch: [x], method: cap, above: 3, set_by: me }
              drift: { source: reconstruction, method: ceiling, encoder: topics, above: 40%, false_pages_per_week: 0.1 }
              sparse: { source: l0, method: band, encoder: topics, window: 1m, least: 2, most: 9, false_pages_per_week: 0.2 }
            alerts:
              Spike: { from: [cap] }
              SaeDrift: { from: [drift, sparse], severity: page }
            """;

    @Test
    void shouldKnowWhichSaesAreMeasuredAndReconstructed() {
        MonitorPlan plan = Planner.plan(
                SpecParser.parse("drift.yaml", WATCHED_SAE),
                EncoderCatalog.of(Map.of("s", EncoderFacts.sae(4, 11), "o", EncoderFacts.sae(4, 11))),
                1);

        assertThat(plan.detectors())
                .contains(
                        new DetectorPlan.UnexplainedCeiling("drift", "topics", 60, 0.4, 0.1),
                        new DetectorPlan.ActiveBand("sparse", "topics", 6, 2, 9, 0.2));
        assertThat(plan.measures("topics") && plan.rebuilds("topics")).isTrue();
        assertThat(plan.measures("other") || plan.rebuilds("other")).isFalse();
    }

    /** A transcoder's output is not its input: there is nothing to hold it against. */
    @Test
    void shouldRefuseToReconstructWithoutADecoderBack() {
        EncoderCatalog without = new EncoderCatalog() {
            @Override
            public EncoderFacts facts(String location) {
                return EncoderFacts.sae(4, 11);
            }

            @Override
            public boolean decodes(String location) {
                return !location.equals("s");
            }
        };
        SpecException refused = org.assertj.core.api.Assertions.catchThrowableOfType(
                SpecException.class, () -> Planner.plan(SpecParser.parse("drift.yaml", WATCHED_SAE), without, 1));
        assertThat(refused.problems()).hasSize(1);
        assertThat(refused.problems().get(0).toString())
                .contains("detectors.drift.encoder")
                .contains("s has no decoder back to its input")
                .contains("source: l0, which needs none");
        // What was planned once is taken on its word, and a band needs no decoder.
        String band = WATCHED_SAE.replaceAll("(?m)^ *drift: .*\n", "").replace("[drift, sparse]", "[sparse]");
        assertThat(Planner.plan(SpecParser.parse("drift.yaml", band), without, 1)
                        .rebuilds("topics"))
                .isFalse();
    }

    @Test
    void shouldRefuseWhenThereAreNoWeights() {
        assertThat(refusal(EncoderCatalog.of(Map.of("some/sea", EncoderFacts.sae(384, 8)))))
                .isEqualTo("minimal.yaml:6:15: encoders.sae.sae: no weights at \"some/sae\"; did you mean \"some/sea\"?"
                        + " allowed: some/sea");
    }

    @Test
    void shouldRefuseWhenRowsDoNotFit() {
        assertThat(refusal(EncoderFacts.sae(768, 1536).measured(40, 0)))
                .isEqualTo("minimal.yaml:4:43: taps.mid.d_in: rows of 384 do not fit some/sae, which reads rows of 768;"
                        + " d_in: 768, or other weights");
    }

    @Test
    void shouldRefuseWhenWeightsAreOfAnotherHookOrModel() {
        assertThat(refusal(EncoderFacts.sae(384, 1536)
                        .measured(40, 0)
                        .at("blocks.9.resid_post")
                        .of("m", "other")))
                .contains("minimal.yaml:2:8: model: some/sae was trained on m revision other")
                .contains("minimal.yaml:4:16: taps.mid.hook: some/sae was trained on hook \"blocks.9.resid_post\"");
    }

    @Test
    void shouldRefuseAFeatureBeyondTheSae() {
        assertThat(refusal(EncoderFacts.sae(384, 7).measured(40, 0)))
                .isEqualTo("minimal.yaml:8:19: watch.bridge.read: \"sae\" has 7 features, no number 7; 0 to 6");
    }

    @Test
    void shouldAcceptTheLastFeatureOfTheSae() {
        MonitorPlan plan = Planner.plan(
                MINIMAL,
                EncoderCatalog.of(Map.of("some/sae", EncoderFacts.sae(384, 8).measured(40, 0))),
                1);

        assertThat(plan.columns()).containsExactly(new Column("mid", "sae", 7));
    }

    @Test
    void shouldRefuseAProbeWhereAnSaeIsNamed() {
        assertThat(refusal(EncoderFacts.probe(384).measured(40, 0))).contains("the weights are a probe, not an SAE");
    }

    @Test
    void shouldRefuseToSkipSinksWhenNobodyKnowsTheirNorm() {
        assertThat(refusal(EncoderFacts.sae(384, 1536)))
                .contains("taps.mid.skip")
                .contains("give sink_norm");
    }

    private static String refusal(EncoderFacts facts) {
        return refusal(EncoderCatalog.of(Map.of("some/sae", facts)));
    }

    private static String refusal(EncoderCatalog catalog) {
        SpecException refused = catchThrowableOfType(SpecException.class, () -> Planner.plan(MINIMAL, catalog, 1));
        return refused.getMessage();
    }

    private static final String PROBES = """
            seismo: 1
            model: { name: m, revision: r }
            taps:
              early: { hook: early, d_in: 4, dtype: f32, skip: [special] }
              late: { hook: late, d_in: 6, dtype: f32, skip: [special] }
            encoders:
              both: { probe: p/both, tap: [late, early], score: unit }
              sae: { sae: p/sae, tap: early }
              head: { probe: p/head, tap: early, features: sae }
            watch:
              a: { read: both, severity: info }
              b: { read: head, severity: info }
            detectors:
              rate: { watch: "*", method: cusum, false_pages_per_week: 1 }
            alerts:
              Spike: { from: [rate] }
            receivers:
              log: { log: text, severity: [info] }
            """;

    private static MonitorPlan probes(String spec, EncoderFacts both, EncoderFacts head) {
        EncoderCatalog catalog =
                EncoderCatalog.of(java.util.Map.of("p/both", both, "p/head", head, "p/sae", EncoderFacts.sae(4, 90)));
        return Planner.plan(SpecParser.parse("probes.yaml", spec), catalog, 1);
    }

    @Test
    void shouldStateWhichTapsAProbeReadsAndOnWhoseFeaturesAHead() {
        EncoderFacts trees = EncoderFacts.probe(7, 1, new EncoderFacts.Form("trees", 0, 88));

        MonitorPlan plan = probes(PROBES, EncoderFacts.probe(10), trees);

        TapPlan.EncoderPlan both = plan.taps().get(1).encoders().get(0);
        assertThat(both.reads()).isEqualTo(new ProbePlan(List.of("late", "early"), "", ProbeScore.UNIT, "linear", 1));
        TapPlan.EncoderPlan head = plan.taps().get(0).encoders().get(0);
        assertThat(head.reads()).isEqualTo(new ProbePlan(List.of("early"), "sae", ProbeScore.LOGIT, "trees", 7));
        assertThat(plan.columns()).containsExactly(new Column("early", "head", 0), new Column("late", "both", 0));
        MonitorPlan again = EpochRecord.plan(io.seismo.wire.Epoch.newBuilder()
                .setNumber(1)
                .setSpec(PROBES)
                .addEncoders(EpochRecord.encoder("p/both", EncoderFacts.probe(10)))
                .addEncoders(EpochRecord.encoder("p/head", trees))
                .addEncoders(EpochRecord.encoder("p/sae", EncoderFacts.sae(4, 90)))
                .build());
        assertThat(again.taps()).isEqualTo(plan.taps());
    }

    @Test
    void shouldRefuseProbesThatDoNotFitWhatTheyRead() {
        EncoderFacts trees = EncoderFacts.probe(7, 1, new EncoderFacts.Form("trees", 0, 88));
        EncoderFacts beyond = EncoderFacts.probe(7, 1, new EncoderFacts.Form("trees", 0, 90));
        EncoderFacts unlisted = EncoderFacts.probe(91, 1, new EncoderFacts.Form("mlp", 8, -1));
        EncoderFacts three = EncoderFacts.probe(10, 3, EncoderFacts.Form.linear(3));
        EncoderFacts network = EncoderFacts.probe(10, 1, new EncoderFacts.Form("mlp", 8, -1));

        assertRefused(PROBES, EncoderFacts.probe(9), trees, "rows of 10, side by side, do not fit p/both");
        assertRefused(PROBES, EncoderFacts.probe(10), beyond, "reads feature 90, but \"sae\" has 90");
        assertRefused(PROBES, EncoderFacts.probe(10), unlisted, "reads 91 values and says not which");
        assertRefused(PROBES, three, trees, "is a probe of 3 outputs; say which; such as both/0");
        assertRefused(PROBES, network, trees, "only a linear probe has a raw score");
        assertRefused(
                PROBES.replace("read: both", "read: both/0"),
                EncoderFacts.probe(10),
                trees,
                "\"both\" is a probe and has no features");
        assertRefused(
                PROBES.replace(", features: sae", "").replace("read: both", "read: \"max(both, sae/1)\""),
                EncoderFacts.probe(10),
                trees,
                "p/head reads features, not rows");
    }

    @Test
    void shouldTakePrecisionAndThresholdOverAndRefuseThemWhereTheyMeanNothing() {
        EncoderFacts trees = EncoderFacts.probe(7, 1, new EncoderFacts.Form("trees", 0, 88));
        EncoderFacts onnx = EncoderFacts.probe(10, 1, new EncoderFacts.Form("onnx", 0, -1));
        String coarse = PROBES.replace("score: unit", "precision: bf16")
                .replace(
                        "p/sae, tap: early",
                        "p/sae, tap: early, precision: int8, topk: { threshold: 2.5, from: rows }");

        MonitorPlan plan = probes(coarse, EncoderFacts.probe(10), trees);

        List<TapPlan.EncoderPlan> early = plan.taps().get(0).encoders();
        assertThat(early.get(0).arithmetic()).isEqualTo(Arithmetic.PLAIN);
        assertThat(early.get(1).arithmetic()).isEqualTo(new Arithmetic(Device.CPU, Precision.INT8, 2.5f));
        assertThat(plan.taps().get(1).encoders().get(0).arithmetic()).isEqualTo(Arithmetic.in(Precision.BF16));
        assertRefused(coarse, onnx, trees, "heads and models in ONNX have a precision of their own");
        assertRefused(
                PROBES.replace("features: sae", "features: sae, precision: fp16"),
                EncoderFacts.probe(10),
                trees,
                "heads and models in ONNX have a precision of their own");
    }

    private static void assertRefused(String spec, EncoderFacts both, EncoderFacts head, String reason) {
        assertThatThrownBy(() -> probes(spec, both, head))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(reason);
    }
}
