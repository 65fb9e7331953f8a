package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Optional;

/**
 * Goodfire's open SAEs: one {@code .pt}, {@code .pth} or {@code .safetensors} file with {@code encoder_linear} and
 * {@code decoder_linear}.
 *
 * <p>{@code f = relu(x @ E.T + b)}, nothing subtracted. Source: SAELens 6.54, {@code goodfire_huggingface_loader}.
 */
final class GoodfireFamily implements TensorFamily {

    @Override
    public String format() {
        return "goodfire";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return folder.holds("encoder_linear.weight");
    }

    @Override
    public Reading read(WeightFolder folder) {
        Tensors file = Tensors.open(folder.self());
        Tensor encoder = file.require("encoder_linear.weight").transposed();
        Tensor bias = file.require("encoder_linear.bias").expect(encoder.shape().get(1));
        return new Reading(new Origin("goodfire", folder, file, Optional.empty()), encoder, InputNorm.NONE, folding -> {
            folding.add(bias.vector());
            return new Activation.Relu();
        });
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Reading reading = read(folder);
        return reading.turnedDecoder(reading.origin().file().find("decoder_linear.weight"), "decoder_linear.bias");
    }
}
