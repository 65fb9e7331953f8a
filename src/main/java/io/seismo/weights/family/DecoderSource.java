package io.seismo.weights.family;

import io.seismo.weights.Decoder;
import io.seismo.weights.MatrixSource;
import io.seismo.weights.Tensor;
import java.util.Arrays;

/**
 * The way back from features to the input, not yet read; see {@link Decoder}.
 *
 * @param rows D, [width, d_in]
 * @param scale undoes, for each feature, what was folded into its activation
 * @param bias one value for each of d_in
 */
public record DecoderSource(MatrixSource rows, double[] scale, double[] bias) {

    /** One whose features are worth what they are. */
    public static DecoderSource plain(Tensor rows, double[] bias) {
        MatrixSource matrix = MatrixSource.of(rows);
        double[] scale = new double[matrix.rows()];
        Arrays.fill(scale, 1);
        return new DecoderSource(matrix, scale, bias);
    }

    /** The same with every feature worth {@code factors[j]} times as much. */
    public DecoderSource times(double[] factors) {
        double[] product = new double[scale.length];
        for (int j = 0; j < product.length; j++) {
            product[j] = scale[j] * factors[j];
        }
        return new DecoderSource(rows, product, bias);
    }

    public Decoder load() {
        return new Decoder(rows.load(), scale, bias);
    }
}
