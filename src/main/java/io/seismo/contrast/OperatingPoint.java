package io.seismo.contrast;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A threshold with what it catches.
 *
 * @param above a request fires when its score is strictly above this
 * @param positives share of positives that fire
 * @param negatives share of ordinary negatives that fire
 * @param hard share of hard negatives that fire; {@code null} without any
 */
public record OperatingPoint(
        float above,
        Share positives,
        Share negatives,
        @Nullable Share hard) {

    /**
     * The lowest threshold that at most a share of some scores exceed.
     *
     * @param negatives at least one
     */
    static float threshold(float[] negatives, double share) {
        float[] sorted = negatives.clone();
        Arrays.sort(sorted);
        int allowed = (int) Math.floor(share * sorted.length + 1e-9);
        return sorted[Math.max(0, sorted.length - 1 - allowed)];
    }

    static OperatingPoint at(float above, float[] positives, float[] negatives, float[] hard) {
        return new OperatingPoint(
                above, share(positives, above), share(negatives, above), hard.length == 0 ? null : share(hard, above));
    }

    static int count(float[] scores, float above) {
        int count = 0;
        for (float score : scores) {
            count += score > above ? 1 : 0;
        }
        return count;
    }

    private static Share share(float[] scores, float above) {
        return Binomial.share(count(scores, above), scores.length);
    }
}
