package io.seismo.detector;

import java.util.List;

/**
 * What a rate detector says about a window.
 *
 * @param charts one verdict a shift, in the plan's order; these share the false-page budget
 * @param reference verdict against the fixed reference, for a report or a ticket: a slow ramp shows here when the learned
 *     baseline has followed it
 */
public record RateVerdicts(List<Verdict> charts, Verdict reference) {

    public RateVerdicts {
        charts = List.copyOf(charts);
        if (charts.isEmpty()) {
            throw new IllegalArgumentException("a rate detector has at least one chart");
        }
    }

    /** The verdict that decides: a deviant one before others, then the one nearest to or furthest above its limit. */
    public Verdict decisive() {
        Verdict best = charts.get(0);
        for (Verdict verdict : charts) {
            boolean more = verdict.severity() > best.severity();
            if (verdict.deviant() == best.deviant() ? more : verdict.deviant()) {
                best = verdict;
            }
        }
        return best;
    }
}
