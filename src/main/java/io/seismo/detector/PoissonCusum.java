package io.seismo.detector;

import io.seismo.baseline.CountWindow;

/**
 * One-sided Poisson CUSUM of requests that fired, for a rate that grows {@code shift}-fold (Lucas 1985).
 *
 * <p>Per window {@code C = min(clamp, max(0, C + x − k))}, {@code k = (mu1 − mu0) / ln(mu1 / mu0) = mu0·(r − 1) / ln r},
 * {@code mu0} being what is usual for the requests of this window: traffic moves k, not C. It alarms when {@code C ≥ h}
 * and goes on alarming until {@code C < h}.
 *
 * <p>Clamp: {@code h + max(1, 5·(k − mu0))}. Under usual traffic C falls by {@code k − mu0} a window, so an alarm ends
 * about five windows after a burst however large it was, or, where requests that fire are rare, after the quiet that one
 * surplus request takes to be forgotten. When it ends C is set to 0: left just below h, the next usual request would
 * alarm again, and a head start of h/2 would give every false page a fair chance of a second. Windows without requests
 * say nothing, so C stands still; but an alarm must not outlive the traffic that caused it, so while alarming each of
 * them takes 0.2 off C.
 *
 * <p>h is that of the usual level of mu0 over a day, or of this window's mu0 where that asks for more. A limit that
 * followed traffic down at night would meet a C that was gathered by day and page on nothing: three times the pages at
 * mu0 = 0.05. False pages grow about as mu0 does, so the mean level keeps the budget over the day.
 *
 * @param shift r, the rate ratio it finds fastest; above 1
 * @param limits h for every mu0
 */
public record PoissonCusum(double shift, CusumLimits limits) {

    /** Windows of usual traffic after which an alarm has ended on average. */
    static final double WINDOWS_TO_END = 5;

    private static final double IDLE_STEP = 0.2;

    public PoissonCusum {
        if (!(shift > 1) || shift != limits.shift()) {
            throw new IllegalArgumentException("a shift is above 1 and that of its limits: " + shift);
        }
    }

    /**
     * What is usual for a window.
     *
     * @param mean mu0 the chart runs on: an upper bound of {@code expected} where that was estimated
     * @param level mean of mu0 over about a day
     * @param dispersion variance over mean of that count, at least 1
     * @param expected requests that usually fire, for as many seen: evidence only
     */
    public record Usual(double mean, double level, double dispersion, double expected) {}

    /** The state after a window. */
    public CusumState next(CusumState state, Usual usual, CountWindow window) {
        double h = h(usual);
        double k = CusumDesign.k(usual.mean(), shift);
        double clamp = h + Math.max(1, WINDOWS_TO_END * (k - usual.mean()));
        double c = Math.min(clamp, Math.max(0, state.statistic() + window.fired() - k));
        if (state.alarming() && window.seen() == 0 && window.fired() == 0) {
            c -= IDLE_STEP;
        }
        if (state.alarming() && c < h) {
            return new CusumState(0, false, run(state, window, usual.expected()));
        }
        return new CusumState(c, c >= h, run(state, window, usual.expected()));
    }

    private double h(Usual usual) {
        double byLevel = limits.h(usual.level(), usual.dispersion());
        return Math.max(byLevel, limits.h(usual.mean(), usual.dispersion()));
    }

    private static Verdict.Run run(CusumState state, CountWindow window, double expected) {
        Verdict.Run run =
                state.statistic() > 0 ? state.run() : new Verdict.Run(window.endMs() - window.windowMs(), 0, 0, 0);
        return new Verdict.Run(
                run.sinceMs(), run.fired() + window.fired(), run.seen() + window.seen(), run.expected() + expected);
    }

    /** Says what a state means for the window that led to it; {@code guard} holds an alarm back when not empty. */
    public Verdict verdict(CusumState state, Usual usual, CountWindow window, String guard) {
        return new Verdict(
                state.alarming() && guard.isEmpty(),
                state.statistic(),
                h(usual),
                window.fired(),
                window.seen(),
                usual.expected(),
                method(),
                guard,
                state.run());
    }

    /** {@code poisson-cusum 2x}. */
    public String method() {
        return "poisson-cusum " + ratio(shift) + "x";
    }

    static String ratio(double value) {
        return value == Math.rint(value) && value < 1e9 ? Long.toString((long) value) : Double.toString(value);
    }
}
