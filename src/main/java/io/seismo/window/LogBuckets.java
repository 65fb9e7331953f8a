package io.seismo.window;

/**
 * Fixed logarithmic buckets for scores: four to an octave, taken from a float's exponent and its two top mantissa bits,
 * so that no logarithm is computed and every machine agrees.
 *
 * <p>Bucket {@code i} holds [{@code lowerBound(i)}, {@code lowerBound(i + 1)}); relative width at most 25 %. The first
 * bucket also holds everything below, zero and negative scores included; the last everything above.
 */
public final class LogBuckets {

    /** Number of buckets: 16 octaves of four, from 2⁻⁶ to 2¹⁰. */
    public static final int COUNT = 64;

    private static final int MANTISSA_SHIFT = 21;
    private static final int FIRST = (127 - 6) << 2;

    private LogBuckets() {}

    /** The bucket of a score, 0 to 63; NaN goes to the first. */
    public static int of(float score) {
        if (!(score > 0)) {
            return 0;
        }
        int bucket = (Float.floatToRawIntBits(score) >>> MANTISSA_SHIFT) - FIRST;
        return Math.max(0, Math.min(COUNT - 1, bucket));
    }

    /** Smallest score of a bucket, 1 to 63; of bucket 0 the bound that separates nothing. */
    public static float lowerBound(int bucket) {
        if (bucket < 0 || bucket >= COUNT) {
            throw new IllegalArgumentException("bucket " + bucket + " is outside 0.." + (COUNT - 1));
        }
        return Float.intBitsToFloat((FIRST + bucket) << MANTISSA_SHIFT);
    }
}
