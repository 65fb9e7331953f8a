package io.seismo.detector;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RateBaseline;
import io.seismo.baseline.RatePolicy;
import io.seismo.baseline.Reference;
import io.seismo.detector.PoissonCusum.Usual;
import io.seismo.spec.DetectorPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds a watch entry that fires in a larger share of requests than usual: Poisson CUSUMs against a learned baseline,
 * one per shift, and one against the fixed reference.
 *
 * <p>For each window, in this order: {@link #judge} on the baseline as it was, then the caller moves the alert, then
 * {@link #learn} with the new alert state. One detector serves all its watch entries; what differs is their
 * {@link RateState}.
 *
 * <p>Cold start (Farrington's guard): until the baseline is warm a chart's alarm counts only if the last four windows
 * hold at least {@value #COLD_EVENTS} requests that fired and at least {@value #COLD_RATIO} times the usual. Until then
 * the verdict's guard says what is missing. When the baseline becomes warm the charts start anew.
 */
public final class RateDetector {

    static final int COLD_EVENTS = 5;
    static final int COLD_RATIO = 10;

    private final List<Double> shifts;
    private final List<PoissonCusum> charts;
    private final PoissonCusum referenceChart;

    private RateDetector(List<Double> shifts, CusumDesign design) {
        this.shifts = List.copyOf(shifts);
        this.charts = this.shifts.stream()
                .map(shift -> new PoissonCusum(shift, design.limits(shift)))
                .toList();
        this.referenceChart = charts.stream()
                .min((a, b) -> Double.compare(a.shift(), b.shift()))
                .orElseThrow();
    }

    /** The detector of a plan whose panes are {@code paneMs} long. */
    public static RateDetector of(DetectorPlan.Rate plan, long paneMs) {
        return new RateDetector(plan.shifts(), CusumDesign.of(plan, paneMs));
    }

    /** A detector for these shifts, of a design whose charts include them. */
    public static RateDetector of(List<Double> shifts, CusumDesign design) {
        return new RateDetector(shifts, design);
    }

    /** The state of a watch entry that was never seen. */
    public RateState start(RatePolicy policy) {
        return new RateState(RateBaseline.cold(policy), shifts.size());
    }

    /** A state's bytes. */
    public byte[] write(RateState state) {
        return RateStateFormat.write(state, shifts);
    }

    /**
     * The state of those bytes.
     *
     * @throws IllegalArgumentException when the bytes are of an unknown version or cut short
     */
    public RateState read(RatePolicy policy, byte[] bytes) {
        return RateStateFormat.read(policy, shifts, bytes);
    }

    /** Moves the charts by a window and says what they show. */
    public RateVerdicts judge(RateState state, CountWindow window) {
        state.remember(window);
        RateBaseline baseline = state.baseline;
        double mean = baseline.chartRate() * window.seen();
        if (baseline.known()) {
            state.moveLevel(mean, window);
        }
        Usual usual = new Usual(mean, state.level, baseline.dispersion(), baseline.rate() * window.seen());
        String guard = guard(state);
        List<Verdict> verdicts = new ArrayList<>(charts.size());
        for (int i = 0; i < charts.size(); i++) {
            PoissonCusum chart = charts.get(i);
            if (baseline.known()) {
                state.charts[i] = chart.next(state.charts[i], usual, window);
            }
            verdicts.add(chart.verdict(state.charts[i], usual, window, guard));
        }
        return new RateVerdicts(verdicts, judgeReference(state, window));
    }

    /**
     * Lets the baseline learn from a window that was judged: not while a chart alarms, and what led up to an alarm is
     * taken back as far as the lag still holds it. Windows in which a chart is merely high are learned from: leaving
     * them out takes requests away from quiet streams too, which lowers the rate and spends false pages.
     *
     * @param quiet whether the alert is inactive after this window
     */
    public void learn(RateState state, CountWindow window, boolean quiet) {
        RateBaseline baseline = state.baseline;
        boolean alarming = false;
        for (CusumState chart : state.charts) {
            if (chart.alarming() && baseline.warm()) {
                baseline.discardSince(chart.run().sinceMs());
                alarming = true;
            }
        }
        boolean cold = !baseline.warm();
        baseline.observe(window, quiet && !alarming);
        if (cold && baseline.warm()) {
            Arrays.fill(state.charts, CusumState.ZERO);
        }
    }

    private Verdict judgeReference(RateState state, CountWindow window) {
        Reference reference = state.baseline.reference();
        if (reference == null) {
            Usual none = new Usual(0, 0, 1, 0);
            return renamed(referenceChart.verdict(CusumState.ZERO, none, window, "no reference yet"));
        }
        Usual usual = new Usual(
                reference.chartRate() * window.seen(),
                state.level,
                state.baseline.dispersion(),
                reference.rate() * window.seen());
        state.reference = referenceChart.next(state.reference, usual, window);
        return renamed(referenceChart.verdict(state.reference, usual, window, ""));
    }

    private static Verdict renamed(Verdict v) {
        return new Verdict(
                v.deviant(),
                v.statistic(),
                v.threshold(),
                v.fired(),
                v.seen(),
                v.expected(),
                v.method() + " against reference",
                v.guard(),
                v.run());
    }

    private static String guard(RateState state) {
        RateBaseline baseline = state.baseline;
        if (baseline.warm()) {
            return "";
        }
        if (!baseline.known()) {
            return "cold: no prior rate and nothing learned yet";
        }
        long fired = state.recentlyFired();
        boolean gross = fired >= COLD_EVENTS && fired >= COLD_RATIO * baseline.rate() * state.recentlySeen();
        return gross
                ? ""
                : "cold: learned from " + baseline.requests() + " requests in " + baseline.coveredMs() / 60_000
                        + " min; until warm only " + COLD_EVENTS + " requests and " + COLD_RATIO
                        + "x the usual in " + RateState.RECENT + " windows alarm";
    }
}
