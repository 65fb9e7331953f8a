package io.seismo.contrast;

import java.util.Arrays;

/**
 * The probability that a positive scores above a negative, equal scores counting half: the area under the ROC curve, by
 * mid-ranks (Mann and Whitney 1947; Hanley and McNeil 1982). Sums of halves, so exact in doubles up to 2^52 pairs.
 */
final class Auroc {

    private Auroc() {}

    /** Of two groups of scores; NaN when one is empty. */
    static double of(float[] positive, float[] negative) {
        return of(positive, 0, negative, 0);
    }

    /**
     * Of two groups of which only the scores above 0 are listed.
     *
     * @param positive scores of positives
     * @param zeroPositive positives besides, that score 0
     * @param negative scores of negatives
     * @param zeroNegative negatives besides, that score 0
     */
    static double of(float[] positive, int zeroPositive, float[] negative, int zeroNegative) {
        double positives = (double) positive.length + zeroPositive;
        double negatives = (double) negative.length + zeroNegative;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        float[] sorted = negative.clone();
        Arrays.sort(sorted);
        float[] ascending = positive.clone();
        Arrays.sort(ascending);
        double pairs = 0.5 * zeroPositive * zeroNegative;
        int below = 0;
        int upTo = 0;
        for (float score : ascending) {
            while (below < sorted.length && sorted[below] < score) {
                below++;
            }
            upTo = Math.max(upTo, below);
            while (upTo < sorted.length && sorted[upTo] <= score) {
                upTo++;
            }
            pairs += zeroNegative + below + 0.5 * (upTo - below);
        }
        return pairs / (positives * negatives);
    }
}
