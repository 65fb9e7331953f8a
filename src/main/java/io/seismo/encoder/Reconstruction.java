package io.seismo.encoder;

import io.seismo.weights.Decoder;
import io.seismo.weights.InputNorm;

/**
 * What a decoder makes of the features of a row, and how far the row is from it: {@code x̂ = s·(b + Σ f_j·scale_j·D_j) + m}.
 *
 * <p>s and m undo the norm of the encoder: layer norm s = the row's standard deviation as SAELens computes it, m = its mean;
 * constant norm s = ‖x‖/√d. A centred input is compared with the centred row. Only rows of D that fired are read. Double
 * precision, features ascending, dimensions in order: the same row and features give the same bits.
 *
 * <p>Working memory of one thread.
 */
public final class Reconstruction {

    private final Decoder decoder;
    private final InputNorm norm;
    private final double[] output;
    private final float[] direction;
    private double error;
    private double deviation;

    /**
     * @param decoder back to the input
     * @param norm what the encoder does to a row first
     */
    public Reconstruction(Decoder decoder, InputNorm norm) {
        this.decoder = decoder;
        this.norm = norm;
        this.output = new double[decoder.bias().length];
        this.direction = new float[output.length];
    }

    /** Width of a row. */
    public int dIn() {
        return output.length;
    }

    /**
     * Rebuilds one row.
     *
     * @param x as captured, widened; centred in place where the norm says so
     * @param sparse its features
     * @param row where in {@code sparse}
     */
    public void rebuild(double[] x, SparseRows sparse, int row) {
        double mean = mean(x);
        double scale = scale(x, mean);
        double offset = norm == InputNorm.LAYER_NORM ? mean : 0;
        decode(sparse, row);
        if (norm == InputNorm.CENTRE) {
            shift(x, -mean);
        }
        double[] bias = decoder.bias();
        error = 0;
        deviation = 0;
        for (int i = 0; i < x.length; i++) {
            double off = x[i] - (output[i] * scale + offset);
            double away = x[i] - (bias[i] * scale + offset);
            error += off * off;
            deviation += away * away;
        }
    }

    /** {@code ‖x − x̂‖²} of the last row. */
    public double error() {
        return error;
    }

    /** {@code ‖x − x̂₀‖²} of the last row, x̂₀ being what the decoder gives when nothing fires. */
    public double deviation() {
        return deviation;
    }

    private void decode(SparseRows sparse, int row) {
        System.arraycopy(decoder.bias(), 0, output, 0, output.length);
        for (int e = sparse.start(row); e < sparse.end(row); e++) {
            int feature = sparse.feature(e);
            double amount = sparse.value(e) * decoder.scale()[feature];
            decoder.rows().row(feature, direction);
            for (int i = 0; i < output.length; i++) {
                output[i] += amount * direction[i];
            }
        }
    }

    private static double mean(double[] x) {
        double total = 0;
        for (double value : x) {
            total += value;
        }
        return total / x.length;
    }

    private static void shift(double[] x, double by) {
        for (int i = 0; i < x.length; i++) {
            x[i] += by;
        }
    }

    /** What the output is multiplied with to be in the units of the row. */
    private double scale(double[] x, double mean) {
        double around = norm == InputNorm.LAYER_NORM ? mean : 0;
        double total = 0;
        for (double value : x) {
            total += (value - around) * (value - around);
        }
        return switch (norm) {
            case NONE, CENTRE -> 1;
            case LAYER_NORM -> Math.sqrt(total / (x.length - 1));
            case CONSTANT_NORM -> Math.sqrt(total / x.length);
        };
    }
}
