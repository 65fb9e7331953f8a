package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.BaselinePolicy;
import io.seismo.spec.MonitorPlan.Column;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.spec.MonitorPlan.Shape;
import io.seismo.spec.TapPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Dtype;
import io.seismo.wire.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A small plan with everything in it once: an SAE with a full graph, a probe, caps, rates, coverage. */
public final class PlanFixture {

    public static final String HOOK = "blocks.3.resid_post";
    public static final String SECOND_HOOK = "blocks.9.mlp_out";
    public static final int D_IN = 16;
    public static final int D_SAE = 600;
    public static final int BRIDGE = 7;
    public static final List<Integer> WATCHED = List.of(BRIDGE, 88, 300, 512);

    private static final double WEEKLY = 0.5;
    private static final double CEILING = 0.45;
    private static final double LEAST = 16;
    private static final double MOST = 24;

    private PlanFixture() {}

    /** The SAE that traffic is planted in. */
    public static LinearEncoder sae() {
        return new LinearEncoder(41, D_IN, D_SAE, WATCHED, 2.0);
    }

    /** Encoders by name. */
    public static Map<String, Encoder> encoders() {
        return encoders(twoTaps(1, 1));
    }

    /** Encoders of a plan by name: over the weights it names, for the features it watches. */
    public static Map<String, Encoder> encoders(MonitorPlan plan) {
        Map<String, Encoder> encoders = new TreeMap<>();
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                encoders.put(encoder.name(), encoder(encoder));
            }
        }
        return encoders;
    }

    private static LinearEncoder encoder(TapPlan.EncoderPlan plan) {
        String weights = plan.weights().isEmpty() ? plan.location() : plan.weights();
        return switch (weights) {
            case "test/topics" -> new LinearEncoder(41, D_IN, D_SAE, plan.watched(), 2.0);
            case "test/lr" -> new LinearEncoder(42, D_IN, 1, plan.watched(), Double.NEGATIVE_INFINITY);
            case "test/late" -> new LinearEncoder(43, D_IN, 300, plan.watched(), 1.0);
            case "test/unwatched" -> new LinearEncoder(44, D_IN, 20, plan.watched(), 0.5);
            case "test/retrained" -> new LinearEncoder(45, D_IN, D_SAE, plan.watched(), 1.5);
            default -> throw new IllegalArgumentException("no weights " + weights);
        };
    }

    /** The plan for so many partitions. */
    public static MonitorPlan plan(int partitions, int watchPartitions) {
        return plan(new Shape(partitions, watchPartitions), Timing.DEFAULT, new RequestLife(60_000, 600_000, 20_000));
    }

    /** The plan with a second tap of another dtype, an SAE of its own, and one that only counts features. */
    public static MonitorPlan twoTaps(int partitions, int watchPartitions) {
        MonitorPlan one = plan(partitions, watchPartitions);
        TapPlan late = new TapPlan(
                "late",
                SECOND_HOOK,
                D_IN,
                Dtype.DTYPE_F32,
                false,
                false,
                0,
                List.of(
                        new TapPlan.EncoderPlan("late-topics", "test/late", false, 300, List.of(2, 299), 0.1),
                        new TapPlan.EncoderPlan("unwatched", "test/unwatched", false, 20, List.of(), 1)));
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("late", "late-topics", 2));
        columns.add(new Column("late", "late-topics", 299));
        columns.addAll(columns());
        List<WatchPlan> watches = List.of(
                watch("bridge", List.of(1, 3), new AggregatorSpec.Max(), 3.2f),
                watch("phishing", List.of(4, 5, 0), new AggregatorSpec.EmaMax(0.5f), 2.2f),
                watch("phishing-probe", List.of(2), new AggregatorSpec.Max(), 3.0f),
                watch("rare", List.of(6), new AggregatorSpec.EmaMax(0.25f), 2.4f));
        return new MonitorPlan(
                one.epoch(),
                one.specHash(),
                one.deployment(),
                one.model(),
                one.revision(),
                one.timing(),
                one.shape(),
                one.requestLife(),
                one.baseline(),
                List.of(late, tap()),
                columns,
                watches,
                one.detectors(),
                one.alerts());
    }

    /**
     * The plan as a team might change it: an entry fires lower, one is gone, one is new, a cap is gone, and the alert on
     * coverage is another one by its labels.
     */
    public static MonitorPlan changed(MonitorPlan plan, long epoch) {
        List<WatchPlan> watches = List.of(
                watch("bridge", List.of(1), new AggregatorSpec.Max(), 2.9f),
                watch("phishing", List.of(2, 3), new AggregatorSpec.EmaMax(0.5f), 2.2f),
                watch("phishing-probe", List.of(0), new AggregatorSpec.Max(), 3.0f),
                watch("wide", List.of(1, 2, 3, 4), new AggregatorSpec.EmaMax(0.5f), 2.6f));
        List<DetectorPlan> detectors = List.of(
                new DetectorPlan.CoverageFloor("blind", 3, 0.95, 0.1),
                new DetectorPlan.Cap("never", List.of("bridge", "phishing", "wide"), 6f, "a test"),
                new DetectorPlan.Rate(
                        "rate", List.of("bridge", "phishing", "phishing-probe", "wide"), 6, List.of(2.0, 5.0), WEEKLY),
                new DetectorPlan.UnexplainedCeiling("unexplained", "topics", 6, CEILING + 0.05, 2_000));
        List<AlertPlan> alerts = List.of(
                alert("FeatureSpike", List.of("never", "rate"), 0, 120_000, null),
                alert("MonitorBlind", List.of("blind"), 30_000, 0, Severity.SEVERITY_TICKET),
                alert("SaeDrift", List.of("unexplained"), 0, 0, Severity.SEVERITY_PAGE));
        return new MonitorPlan(
                epoch,
                "c4a9".repeat(16),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.timing(),
                plan.shape(),
                plan.requestLife(),
                plan.baseline(),
                plan.taps(),
                plan.columns(),
                watches,
                detectors,
                alerts);
    }

    /** The plan with other timing or another request life. */
    public static MonitorPlan plan(Shape shape, Timing timing, RequestLife life) {
        return new MonitorPlan(
                1,
                "5e15".repeat(16),
                "reference",
                "toy",
                "r1",
                timing,
                shape,
                life,
                new BaselinePolicy(60_000, 40, 120_000),
                List.of(tap()),
                columns(),
                watches(),
                detectors(),
                alerts());
    }

    private static TapPlan tap() {
        return new TapPlan(
                "mid",
                HOOK,
                D_IN,
                Dtype.DTYPE_BF16,
                true,
                true,
                40f,
                List.of(
                        new TapPlan.EncoderPlan("lr", "test/lr", true, 1, List.of(0), 0),
                        new TapPlan.EncoderPlan("topics", "test/topics", false, D_SAE, WATCHED, 0.4)));
    }

    private static List<Column> columns() {
        return List.of(
                new Column("mid", "lr", 0),
                new Column("mid", "topics", BRIDGE),
                new Column("mid", "topics", 88),
                new Column("mid", "topics", 300),
                new Column("mid", "topics", 512));
    }

    private static List<WatchPlan> watches() {
        return List.of(
                watch("bridge", List.of(1), new AggregatorSpec.Max(), 3.2f),
                watch("phishing", List.of(2, 3), new AggregatorSpec.EmaMax(0.5f), 2.2f),
                watch("phishing-probe", List.of(0), new AggregatorSpec.Max(), 3.0f),
                watch("rare", List.of(4), new AggregatorSpec.EmaMax(0.25f), 2.4f));
    }

    private static WatchPlan watch(String id, List<Integer> columns, AggregatorSpec aggregator, float above) {
        Severity severity = id.endsWith("probe") ? Severity.SEVERITY_SHADOW : Severity.SEVERITY_PAGE;
        return new WatchPlan(id, columns, aggregator, above, severity, "safety", "what " + id + " means", "", 0.02);
    }

    private static List<DetectorPlan> detectors() {
        return List.of(
                new DetectorPlan.CoverageFloor("blind", 3, 0.9, 0.1),
                new DetectorPlan.Cap("never", List.of("bridge", "phishing"), 6f, "a test"),
                new DetectorPlan.Cap("surely-never", List.of("bridge"), 7f, "a test"),
                new DetectorPlan.Rate(
                        "rate", List.of("bridge", "phishing", "phishing-probe", "rare"), 6, List.of(2.0, 5.0), WEEKLY),
                // Budgets so large, and bounds so near, that traffic as it is crosses them now and then.
                new DetectorPlan.ActiveBand("sparse", "topics", 12, LEAST, MOST, 2_000),
                new DetectorPlan.UnexplainedCeiling("unexplained", "topics", 6, CEILING, 2_000));
    }

    private static List<AlertPlan> alerts() {
        return List.of(
                alert("FeatureSpike", List.of("never", "rate", "surely-never"), 0, 60_000, null),
                alert("MonitorBlind", List.of("blind"), 30_000, 0, Severity.SEVERITY_PAGE),
                alert("SaeDrift", List.of("sparse", "unexplained"), 0, 60_000, Severity.SEVERITY_PAGE));
    }

    private static AlertPlan alert(
            String name, List<String> from, long forMs, long keepMs, @Nullable Severity severity) {
        return new AlertPlan(name, from, forMs, keepMs, severity, "", List.of("model"), "runbooks/test.md");
    }
}
