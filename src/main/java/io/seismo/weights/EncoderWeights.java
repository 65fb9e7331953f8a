package io.seismo.weights;

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

    /** Whether this is a probe or a direction rather than an SAE. */
    public boolean probe() {
        return activation instanceof Activation.Linear;
    }
}
