package io.seismo.alert;

import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Dtype;
import io.seismo.wire.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds plans for tests, without YAML. */
public final class Plans {

    private final List<WatchPlan> watches = new ArrayList<>();
    private final List<DetectorPlan> detectors = new ArrayList<>();
    private final List<AlertPlan> alerts = new ArrayList<>();
    private MonitorPlan.Shape shape = new MonitorPlan.Shape(1, 1);
    private MonitorPlan.BaselinePolicy baseline = new MonitorPlan.BaselinePolicy(0, 0, 0);

    /** Starts with nothing watched. */
    public static Plans plan() {
        return new Plans();
    }

    public Plans shape(int partitions, int watchPartitions) {
        shape = new MonitorPlan.Shape(partitions, watchPartitions);
        return this;
    }

    public Plans baseline(long lagMs, long warmRequests, long warmMs) {
        baseline = new MonitorPlan.BaselinePolicy(lagMs, warmRequests, warmMs);
        return this;
    }

    public Plans watch(String id, Severity severity, double priorRate) {
        watches.add(new WatchPlan(
                id, List.of(0), new AggregatorSpec.Max(), 1f, severity, "safety", "label of " + id, "", priorRate));
        return this;
    }

    public Plans detector(DetectorPlan detector) {
        detectors.add(detector);
        return this;
    }

    public Plans alert(String name, List<String> from, long forMs, long keepMs, @Nullable Severity severity) {
        alerts.add(
                new AlertPlan(name, from, forMs, keepMs, severity, "", List.of("model"), "runbooks/" + name + ".md"));
        return this;
    }

    /** The plan, sorted as a planner would. */
    public MonitorPlan build() {
        watches.sort(Comparator.comparing(WatchPlan::id));
        detectors.sort(Comparator.comparing(DetectorPlan::id));
        alerts.sort(Comparator.comparing(AlertPlan::name));
        TapPlan.EncoderPlan encoder = new TapPlan.EncoderPlan("topics", "demo/sae", false, 1024, List.of(0), 1.0);
        return new MonitorPlan(
                1,
                "5eed".repeat(16),
                "test",
                "tiny",
                "r1",
                Timing.DEFAULT,
                shape,
                new MonitorPlan.RequestLife(60_000, 600_000, 20_000),
                baseline,
                List.of(new TapPlan(
                        "mid", "blocks.3.resid_post", 8, Dtype.DTYPE_F32, true, true, 0f, List.of(encoder))),
                List.of(new MonitorPlan.Column("mid", "topics", 0)),
                watches,
                detectors,
                alerts);
    }
}
