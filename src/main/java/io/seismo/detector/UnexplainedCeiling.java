package io.seismo.detector;

import io.seismo.detector.RatioVerdict.Judged;

/**
 * A ceiling over what an SAE leaves of its rows: summed squared error over summed squared deviation from what its decoder
 * gives when nothing fires. Deviant when the share is above the ceiling by more than chance.
 */
public final class UnexplainedCeiling {

    private final double above;
    private final ChanceMargin chance;

    /**
     * @param above share, above 0
     * @param falsePagesPerWeek expected while the share is at the ceiling
     * @param windowMs length of a window
     */
    public UnexplainedCeiling(double above, double falsePagesPerWeek, long windowMs) {
        this.above = above;
        this.chance = ChanceMargin.of(falsePagesPerWeek, windowMs, 1);
    }

    /** Judges a window. */
    public RatioVerdict verdict(RatioVerdict.Window window) {
        Judged judged = Judged.of(chance, window.sums(), "reconstruction");
        boolean deviant = judged.known() && window.sums().ratio() - judged.margin() > above;
        return RatioVerdict.of(window, above, deviant, "unexplained-ceiling", judged);
    }
}
