package io.seismo.encoder.check;

import io.seismo.weights.EncoderWeights;

/** {@code 8·√d·2⁻²⁴·(‖u‖·‖w_f‖ + |c_f|)}: how far fp32 may take the pre-activation of feature f from the exact one. */
final class Band {

    private static final double FACTOR = 8 * 0x1p-24;

    private final double[] columnNorms;
    private final float[] bias;
    private final double factor;

    Band(EncoderWeights weights) {
        this.columnNorms = columnNorms(weights);
        this.bias = weights.bias();
        this.factor = FACTOR * Math.sqrt(weights.dIn());
    }

    /**
     * The band of every feature.
     *
     * @param norm ‖u‖ of the row
     * @param out receives them
     */
    void of(double norm, double[] out) {
        for (int f = 0; f < out.length; f++) {
            out[f] = factor * (norm * columnNorms[f] + Math.abs(bias[f]));
        }
    }

    private static double[] columnNorms(EncoderWeights weights) {
        double[] squares = new double[weights.width()];
        float[] row = new float[weights.width()];
        for (int i = 0; i < weights.dIn(); i++) {
            weights.matrix().row(i, row);
            for (int f = 0; f < row.length; f++) {
                squares[f] += (double) row[f] * row[f];
            }
        }
        for (int f = 0; f < squares.length; f++) {
            squares[f] = Math.sqrt(squares[f]);
        }
        return squares;
    }
}
