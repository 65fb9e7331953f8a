package io.seismo.weights;

import java.util.Arrays;

/**
 * The canonical form of every SAE and probe: {@code act(norm(x) · matrix + bias)}.
 *
 * @param manifest where it comes from
 * @param matrix W, [d_in, width]
 * @param bias c, one per feature; not copied and not to be changed
 * @param activation act
 * @param norm applied to each row first
 */
public record EncoderWeights(Manifest manifest, Matrix matrix, float[] bias, Activation activation, InputNorm norm) {

    public EncoderWeights {
        boolean fits = matrix.columns() == bias.length
                && matrix.rows() == manifest.dIn()
                && matrix.columns() == manifest.width()
                && (!(activation instanceof Activation.JumpRelu jump) || jump.theta().length == bias.length)
                && (!(activation instanceof Activation.TopK top) || top.k() <= bias.length)
                && (!(activation instanceof Activation.GroupMax max) || bias.length % max.groups() == 0);
        if (norm == InputNorm.LAYER_NORM && matrix.rows() < 2) {
            throw new WeightsException(
                    manifest.source() + ": layer_norm on rows of one value", "use an SAE with a wider input");
        }
        if (!fits) {
            throw new WeightsException(
                    manifest.source() + ": matrix, bias and activation differ in width", "export the weights again");
        }
    }

    /** Width of a row of activations. */
    public int dIn() {
        return matrix.rows();
    }

    /** d_sae, or 1 for a probe. */
    public int width() {
        return matrix.columns();
    }

    /**
     * The same with a threshold in place of top-k: a feature fires above it, whatever the others of the row do.
     *
     * @param theta above 0
     * @throws WeightsException when the activation is not top-k
     */
    public EncoderWeights thresholded(float theta) {
        if (!(activation instanceof Activation.TopK)) {
            throw new WeightsException(
                    manifest.source() + " is " + activation.words() + "; a threshold can stand in for top-k only",
                    "leave topk out");
        }
        float[] thetas = new float[bias.length];
        Arrays.fill(thetas, theta);
        return new EncoderWeights(manifest, matrix, bias, new Activation.JumpRelu(thetas), norm);
    }

    /** Whether this is a probe or a direction rather than an SAE. */
    public boolean probe() {
        return activation instanceof Activation.Linear;
    }
}
