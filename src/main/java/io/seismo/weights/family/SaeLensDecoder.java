package io.seismo.weights.family;

import io.seismo.weights.MatrixSource;
import io.seismo.weights.file.Safetensors;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The decoder of a SAELens file: {@code f @ W_dec + b_dec}, for topk with rescaling {@code (f / ‖W_dec‖) @ W_dec + b_dec}.
 *
 * <p>With an input factor s SAELens has the decoder divided by s, and counts features by the norms of that: s is in the
 * features then and not undone here. Source: SAELens 6.54, {@code decode} in {@code saes/standard_sae.py}, {@code jumprelu_sae.py} and
 * {@code topk_sae.py}.
 */
final class SaeLensDecoder {

    private SaeLensDecoder() {}

    /** Reads it; empty when the file holds no decoder. */
    static Optional<DecoderSource> read(
            SaeLensConfig config, Safetensors file, ToDoubleFunction<SaeLensConfig> inputFactor) {
        return file.find("W_dec").map(tensor -> {
            tensor.expect(config.dSae(), config.dIn());
            double factor = config.scaled() ? inputFactor.applyAsDouble(config) : 1;
            double[] bias = file.require("b_dec").expect(config.dIn()).vector();
            for (int i = 0; i < bias.length; i++) {
                bias[i] /= factor;
            }
            double[] scale = new double[config.dSae()];
            Arrays.fill(scale, 1 / factor);
            if (config.rescaleByDecoderNorm()) {
                undo(Folding.norms(tensor), scale);
            }
            return new DecoderSource(MatrixSource.of(tensor), scale, bias);
        });
    }

    /** Features are worth their activation over the norm of their row. */
    private static void undo(double[] norms, double[] scale) {
        for (int j = 0; j < scale.length; j++) {
            scale[j] = norms[j] == 0 ? 0 : 1 / norms[j];
        }
    }
}
