package io.seismo.window;

/**
 * 48.16 fixed-point numbers and saturating sums of non-negative integers.
 *
 * <p>min(a + b, MAX) over non-negative numbers is commutative and associative, which is why sums may be merged in any
 * order and still be equal to the bit.
 */
public final class FixedPoint {

    private static final double ONE = 65_536;

    private FixedPoint() {}

    /**
     * Rounds half up to a multiple of 2⁻¹⁶; values beyond the range are clipped, NaN and negative values are 0.
     *
     * @return value · 2¹⁶, 0 to {@link Long#MAX_VALUE}
     */
    public static long of(float value) {
        if (!(value > 0)) {
            return 0;
        }
        // A float times 2^16 plus one half is exact in double below 2^52; above, the half is below one unit anyway. Of
        // a
        // positive number the integer part is the floor.
        return (long) (value * ONE + 0.5);
    }

    /** The number a fixed-point sum stands for. */
    public static double toDouble(long fixed) {
        return fixed / ONE;
    }

    /** Whether a sum of two non-negative numbers would pass {@link Long#MAX_VALUE}. */
    public static boolean overflows(long a, long b) {
        return a + b < 0;
    }

    /** Sum of two non-negative numbers, at most {@link Long#MAX_VALUE}. */
    public static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
