package io.seismo.weights;

/**
 * The way back from features to the input: {@code u' = Σ f_j · scale_j · D_j + bias}, in the units of
 * {@link EncoderWeights}' normalised input but for a data-set-wide factor, which is undone here.
 *
 * @param rows D, [width, d_in]
 * @param scale undoes, for each feature, what was folded into its activation; not copied and not to be changed
 * @param bias one value for each of d_in; not copied and not to be changed
 */
public record Decoder(Matrix rows, double[] scale, double[] bias) {

    public Decoder {
        if (rows.rows() != scale.length || rows.columns() != bias.length) {
            throw new WeightsException("decoder, scale and bias differ in width", "export the weights again");
        }
    }

    /** {@code scale_j · ‖D_j‖} for every feature: how far one unit of it moves the input. */
    public double[] norms() {
        double[] norms = new double[scale.length];
        float[] row = new float[bias.length];
        for (int j = 0; j < norms.length; j++) {
            rows.row(j, row);
            double sum = 0;
            for (float value : row) {
                sum += (double) value * value;
            }
            norms[j] = scale[j] * Math.sqrt(sum);
        }
        return norms;
    }
}
