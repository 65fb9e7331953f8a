package io.seismo.contrast;

import io.seismo.weights.EncoderWeights;
import io.seismo.weights.probe.FittedProbe;

/**
 * A linear rule: a token's signal is {@code weight · row + bias}.
 *
 * @param weight [d_in]; not copied and not to be changed
 * @param bias added
 */
public record Direction(double[] weight, double bias) {

    /**
     * Difference of means: from the mean of negatives to that of positives, of unit length, 0 halfway. The mean is over
     * requests, each the mean of its rows; hard negatives, where there are any, count as much as ordinary ones.
     */
    public static Direction ofMeans(MeanRows rows) {
        double[] positive = rows.mean(Group.POSITIVE);
        double[] negative = rows.mean(Group.NEGATIVE);
        if (rows.count(Group.HARD) > 0) {
            double[] hard = rows.mean(Group.HARD);
            for (int i = 0; i < negative.length; i++) {
                negative[i] = (negative[i] + hard[i]) / 2;
            }
        }
        double[] weight = new double[positive.length];
        double squares = 0;
        for (int i = 0; i < weight.length; i++) {
            weight[i] = positive[i] - negative[i];
            squares += weight[i] * weight[i];
        }
        double length = Math.sqrt(squares);
        double bias = 0;
        for (int i = 0; i < weight.length; i++) {
            weight[i] = length == 0 ? 0 : weight[i] / length;
            bias -= weight[i] * (positive[i] + negative[i]) / 2;
        }
        return new Direction(weight, bias);
    }

    /** As a probe of this name, in memory. */
    public EncoderWeights weights(String name) {
        return FittedProbe.weights(name, weight, bias);
    }
}
