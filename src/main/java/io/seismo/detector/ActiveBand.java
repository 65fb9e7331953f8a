package io.seismo.detector;

import io.seismo.detector.RatioVerdict.Judged;

/**
 * A band for L0, the mean number of features that fire on a token: deviant when it lies outside by more than chance. Both
 * edges share the budget.
 */
public final class ActiveBand {

    private final double least;
    private final double most;
    private final ChanceMargin chance;

    /**
     * @param least lower edge
     * @param most upper edge
     * @param falsePagesPerWeek expected while the mean is at an edge
     * @param windowMs length of a window
     */
    public ActiveBand(double least, double most, double falsePagesPerWeek, long windowMs) {
        this.least = least;
        this.most = most;
        this.chance = ChanceMargin.of(falsePagesPerWeek, windowMs, 2);
    }

    /** Judges a window; the threshold of the verdict is the nearer edge. */
    public RatioVerdict verdict(RatioVerdict.Window window) {
        Judged judged = Judged.of(chance, window.sums(), "L0");
        double mean = window.sums().ratio();
        boolean below = judged.known() && mean + judged.margin() < least;
        boolean above = judged.known() && mean - judged.margin() > most;
        double nearer = mean - least < most - mean ? least : most;
        return RatioVerdict.of(window, nearer, below || above, "l0-band", judged);
    }
}
