package io.seismo.watch;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import java.util.ArrayList;
import java.util.List;

/**
 * A pane taken out of the inbox.
 *
 * @param pane its number
 * @param contributions ascending by partition; partitions with nothing to say are absent
 * @param skipped partitions that had not closed the pane, or not completely, when it was closed by force; ascending
 */
record Intake(long pane, List<Contribution> contributions, List<Integer> skipped) {
    Intake {
        contributions = List.copyOf(contributions);
        skipped = List.copyOf(skipped);
    }

    /**
     * As a plan may take it. A partition that heard of the plan's epoch later counted this pane under an older one; what
     * means something else there is left out.
     */
    Intake under(MonitorPlan plan, Plans plans) {
        List<Contribution> fitting = new ArrayList<>();
        for (Contribution contribution : contributions) {
            boolean older = contribution.epoch() < plan.epoch();
            fitting.add(
                    older ? contribution.under(new Succession(plans.of(contribution.epoch()), plan)) : contribution);
        }
        return new Intake(pane, fitting, skipped);
    }
}
