package io.seismo.spec;

import java.util.List;

/** Plans of tests with something else in them. */
public final class PlanCopy {

    private PlanCopy() {}

    /** The plan with other detectors. */
    public static MonitorPlan withDetectors(MonitorPlan plan, List<DetectorPlan> detectors) {
        return with(plan, detectors, plan.alerts(), plan.canaries());
    }

    /** The plan with canaries. */
    public static MonitorPlan withCanaries(MonitorPlan plan, List<CanaryPlan> canaries) {
        return with(plan, plan.detectors(), plan.alerts(), canaries);
    }

    /** The plan with other detectors, alerts and canaries. */
    public static MonitorPlan with(
            MonitorPlan plan, List<DetectorPlan> detectors, List<AlertPlan> alerts, List<CanaryPlan> canaries) {
        return new MonitorPlan(
                plan.epoch(),
                plan.specHash(),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.timing(),
                plan.shape(),
                plan.requestLife(),
                plan.baseline(),
                plan.taps(),
                plan.columns(),
                plan.watches(),
                detectors,
                alerts,
                canaries);
    }
}
