package io.seismo.watch;

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
}
