package io.seismo.window;

/**
 * Mean squares over the dimensions of a row, in units of 2⁻²⁴.
 *
 * <p>Divided by the width of the row, so that one unit serves rows of 64 and of 16,384 values: at a mean square of 1e-4 a
 * row is rounded by a part in a thousand at most, and a million rows of 500,000 still fit a sum.
 */
public final class MeanSquare {

    private static final double ONE = 0x1p24;

    private MeanSquare() {}

    /** Rounds half up; what is beyond the range is clipped, NaN and negative values are 0. */
    public static long of(double value) {
        return value > 0 ? (long) (value * ONE + 0.5) : 0;
    }

    /** The number that a sum of them stands for. */
    public static double toDouble(long units) {
        return units / ONE;
    }
}
