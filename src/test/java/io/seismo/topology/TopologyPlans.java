package io.seismo.topology;

import io.seismo.activation.TestPlans;
import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Dtype;
import io.seismo.wire.Severity;
import java.util.List;

/** Plans for tests of the wiring. */
final class TopologyPlans {

    private TopologyPlans() {}

    /**
     * The plan of {@link TestPlans} on one partition and two watch partitions, with an alert from its caps. Both
     * of its entries belong to watch partition 0.
     */
    static MonitorPlan driven() {
        MonitorPlan plan = TestPlans.plan(100);
        return new MonitorPlan(
                plan.epoch(),
                plan.specHash(),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.timing(),
                new MonitorPlan.Shape(1, 2),
                plan.requestLife(),
                plan.baseline(),
                plan.taps(),
                plan.columns(),
                plan.watches(),
                plan.detectors(),
                List.of(new AlertPlan("FeatureSpike", List.of("never"), 0, 60_000, null, "", List.of(), "")));
    }

    /** One tap, one SAE, one watch entry, a cap. */
    static MonitorPlan minimal() {
        TapPlan.EncoderPlan sae = new TapPlan.EncoderPlan("topics", "test/sae", false, 600, List.of(7), 1.0);
        TapPlan tap = new TapPlan("mid", "blocks.3.resid_post", 16, Dtype.DTYPE_BF16, true, true, 0, List.of(sae));
        WatchPlan watch = new WatchPlan(
                "alarm", List.of(0), new AggregatorSpec.Max(), 1f, Severity.SEVERITY_PAGE, "safety", "", "", 0);
        return new MonitorPlan(
                1,
                "0".repeat(64),
                "test",
                "model",
                "r1",
                Timing.DEFAULT,
                new MonitorPlan.Shape(2, 2),
                new MonitorPlan.RequestLife(60_000, 600_000, 20_000),
                new MonitorPlan.BaselinePolicy(6 * 3_600_000L, 2_000, 24 * 3_600_000L),
                List.of(tap),
                List.of(new MonitorPlan.Column("mid", "topics", 7)),
                List.of(watch),
                List.of(new DetectorPlan.Cap("never", List.of("alarm"), 9f, "a.researcher")),
                List.of(new AlertPlan("FeatureSpike", List.of("never"), 0, 60_000, null, "", List.of(), "")));
    }
}
