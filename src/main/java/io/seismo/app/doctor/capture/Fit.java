package io.seismo.app.doctor.capture;

/**
 * How well an SAE explains sampled rows of a tap.
 *
 * @param encoder name in the spec
 * @param rows in the sample
 * @param fvu fraction of variance it leaves unexplained; NaN when all rows are equal
 * @param l0 features that fire on an average row
 * @param trainedL0 in training; 0 when not known
 * @param bestScale factor on the rows, a power of two, with which it explains them best
 * @param bestFvu what it leaves then
 * @param sparseScale factor of at most 1 with which as many features fire as in training, and no less is explained; 0 for
 *     none
 * @param otherDtypeFvu what it leaves when the bits are read as the other two-byte type; NaN when there is none
 * @param length of what it gives back over the length of the rows, at the median
 */
record Fit(
        String encoder,
        int rows,
        double fvu,
        double l0,
        double trainedL0,
        double bestScale,
        double bestFvu,
        double sparseScale,
        double otherDtypeFvu,
        double length) {

    /** Rows that no better than their mean explains are not those the SAE knows. */
    static final double USELESS = 1;

    /** Above this something is likely wrong. */
    static final double POOR = 0.5;

    /** Below this, and at most half of what it was, another reading is believed. */
    static final double CONVINCING = 0.5;

    boolean poor() {
        return !(fvu < POOR);
    }

    /** Whether far more features fire than in training, and would not if the rows were shorter. */
    boolean tooLong() {
        return trainedL0 > 0 && l0 > 2 * trainedL0 && sparseScale > 0 && sparseScale < 1;
    }

    /** Whether another reading of the rows explains them so much better that it must be right. */
    boolean convincing(double other) {
        return poor() && other < CONVINCING && other < fvu / 2;
    }
}
