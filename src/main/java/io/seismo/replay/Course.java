package io.seismo.replay;

import io.seismo.spec.MonitorPlan;
import java.util.List;

/**
 * What a driver is to drive.
 *
 * @param plans of all epochs, ascending
 * @param start state to start in
 * @param interventions to repeat
 * @param untilMs partition time at which a partition has been read far enough
 */
record Course(List<MonitorPlan> plans, StartPoint start, Interventions interventions, long untilMs) {

    Course {
        plans = List.copyOf(plans);
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("a replay needs a plan");
        }
    }

    /** The plan that fixes timing and partition counts, which are the same in all. */
    MonitorPlan anyPlan() {
        return plans.get(plans.size() - 1);
    }

    /** The plan of the newest epoch that is not newer than {@code epoch}; the oldest when all are newer. */
    MonitorPlan plan(long epoch) {
        MonitorPlan found = plans.get(0);
        for (MonitorPlan plan : plans) {
            if (plan.epoch() <= epoch) {
                found = plan;
            }
        }
        return found;
    }
}
