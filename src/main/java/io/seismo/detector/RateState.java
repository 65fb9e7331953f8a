package io.seismo.detector;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RateBaseline;
import java.util.Arrays;

/**
 * What a rate detector keeps about one watch entry: the baseline, a chart per shift, the chart against the reference and
 * the counts of the last windows. Mutable; belongs to one watch partition. Its bytes: {@link RateStateFormat}.
 */
public final class RateState {

    /** Windows the cold-start guard looks at. */
    static final int RECENT = 4;

    private static final double DAY_MS = 86_400_000;

    final RateBaseline baseline;
    final CusumState[] charts;
    CusumState reference = CusumState.ZERO;
    final long[] recentFired = new long[RECENT];
    final long[] recentSeen = new long[RECENT];
    /** Mean over about a day of mu0, by plain averaging until a day has passed. */
    double level;

    long windows;

    RateState(RateBaseline baseline, int shifts) {
        this.baseline = baseline;
        this.charts = new CusumState[shifts];
        Arrays.fill(charts, CusumState.ZERO);
    }

    /** What is usual for this entry. */
    public RateBaseline baseline() {
        return baseline;
    }

    /** Lets this window's mu0 into the level. */
    void moveLevel(double mean, CountWindow window) {
        windows++;
        level += (mean - level) * Math.max(1.0 / windows, Math.min(1, window.windowMs() / DAY_MS));
    }

    void remember(CountWindow window) {
        System.arraycopy(recentFired, 1, recentFired, 0, RECENT - 1);
        System.arraycopy(recentSeen, 1, recentSeen, 0, RECENT - 1);
        recentFired[RECENT - 1] = window.fired();
        recentSeen[RECENT - 1] = window.seen();
    }

    long recentlyFired() {
        return Arrays.stream(recentFired).sum();
    }

    long recentlySeen() {
        return Arrays.stream(recentSeen).sum();
    }
}
