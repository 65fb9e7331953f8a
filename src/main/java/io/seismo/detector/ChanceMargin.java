package io.seismo.detector;

import java.util.Locale;

/**
 * Whether a ratio over panes lies beyond a bound by more than chance.
 *
 * <p>The margin is the t quantile times the standard error of {@link RatioSums}. It is exceeded with the probability alpha
 * that a budget of false pages leaves a window: {@code alpha = budget · window / week}. So while the ratio itself is at the
 * bound, as many windows a week alarm as the budget says, and fewer the further inside it lies.
 *
 * @param alpha probability of a false alarm a window, in (0, 0.5]
 */
record ChanceMargin(double alpha) {

    /** Fewer say nothing about how they differ. */
    static final int FEWEST_PANES = 5;

    private static final double WEEK_MS = 7 * 86_400_000.0;

    ChanceMargin {
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException("a test needs a probability in (0, 0.5]: " + alpha);
        }
    }

    /** Of a budget and a number of bounds that share it. */
    static ChanceMargin of(double falsePagesPerWeek, long windowMs, int bounds) {
        return new ChanceMargin(Math.min(0.5, falsePagesPerWeek * windowMs / WEEK_MS / bounds));
    }

    /** Why the sums cannot be judged; empty when they can. */
    String guard(RatioSums sums, String unknown) {
        if (sums.panes() == 0) {
            return "no sampled tokens in the window: " + unknown + " unknown";
        }
        return sums.effectivePanes() < FEWEST_PANES
                ? String.format(
                        Locale.ROOT,
                        "sampled tokens of a window that count as %.1f panes; %d are needed",
                        sums.effectivePanes(),
                        FEWEST_PANES)
                : "";
    }

    /** How far chance may take the ratio; of sums without guard. */
    double margin(RatioSums sums) {
        int freedom = (int) Math.min(sums.panes(), (long) sums.effectivePanes()) - 1;
        return sums.standardError() * StudentT.exceeded(alpha, freedom);
    }
}
