package io.seismo.encoder.check;

import io.seismo.encoder.SparseRows;

/**
 * The threshold that a given number of results of many rows lie above: a selection by digits of the float's bits, which
 * ascend with its value. All results are shown twice, in any order; 65,536 counters are kept, however many there are.
 */
public final class ThresholdSearch {

    private static final int DIGIT = 1 << Short.SIZE;

    private long[] counts = new long[DIGIT];
    private long wanted;
    private int high = -1;

    /** Shows results, all above 0. */
    public void add(SparseRows positive) {
        int size = positive.rows() == 0 ? 0 : positive.end(positive.rows() - 1);
        for (int e = 0; e < size; e++) {
            int bits = Float.floatToRawIntBits(positive.value(e));
            if (high < 0) {
                counts[bits >>> Short.SIZE]++;
            } else if (bits >>> Short.SIZE == high) {
                counts[bits & DIGIT - 1]++;
            }
        }
    }

    /**
     * Ends the first showing.
     *
     * @param above how many results the threshold is to have above it, at least 1
     * @return whether there are that many
     */
    public boolean narrow(long above) {
        wanted = above;
        high = digit();
        counts = new long[DIGIT];
        return high >= 0;
    }

    /** After the second showing: the largest float below the last of the wanted results, so that they are above it. */
    public float threshold() {
        int low = digit();
        if (high < 0 || low < 0) {
            throw new IllegalStateException("the second showing differs from the first");
        }
        return Math.nextDown(Float.intBitsToFloat(high << Short.SIZE | low));
    }

    /** The digit of the last of the wanted results from the largest on; leaves how many are wanted within it. */
    private int digit() {
        for (int digit = DIGIT - 1; digit >= 0; digit--) {
            if (counts[digit] >= wanted) {
                return digit;
            }
            wanted -= counts[digit];
        }
        return -1;
    }
}
