package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Optional;

/**
 * OpenAI's sparse autoencoders of GPT-2: one {@code .pt} file.
 *
 * <p>{@code pre = (norm(x) − pre_bias) @ E.T + latent_bias}. With activation TopK the input is layer-normalised by the
 * standard deviation with divisor d − 1, epsilon added outside the root, and the k largest are kept, then relu; with ReLU
 * the input is taken as it is. Source: openai/sparse_autoencoder, {@code model.py}.
 */
final class OpenAiFamily implements TensorFamily {

    @Override
    public String format() {
        return "openai";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return folder.holds("latent_bias");
    }

    @Override
    public Reading read(WeightFolder folder) {
        Tensors file = Tensors.open(folder.self());
        Tensor encoder = file.require("encoder.weight").transposed();
        Tensor bias = file.require("latent_bias").expect(encoder.shape().get(1));
        Tensor preBias = file.require("pre_bias").expect(encoder.shape().get(0));
        String named = file.metadata("activation");
        Activation activation = switch (named) {
            case "TopK" -> topK(folder, file);
            case "ReLU" -> new Activation.Relu();
            default ->
                throw new WeightsException(
                        folder.location() + ": activation is \"" + named + "\"", "TopK and ReLU are supported");
        };
        InputNorm norm = named.equals("TopK") ? InputNorm.LAYER_NORM : InputNorm.NONE;
        Origin origin =
                new Origin("openai/" + (named.equals("TopK") ? "topk" : "relu"), folder, file, Optional.empty());
        return new Reading(origin, encoder, norm, folding -> {
            folding.subtract(preBias.vector(), "pre_bias @ encoder.weight.T").add(bias.vector());
            return activation;
        });
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Reading reading = read(folder);
        return reading.turnedDecoder(reading.origin().file().find("decoder.weight"), "pre_bias");
    }

    private static Activation topK(WeightFolder folder, Tensors file) {
        String after = file.metadata("activation_state_dict.postact_fn");
        String k = file.metadata("activation_state_dict.k");
        if (!after.isEmpty() && !after.equals("ReLU")) {
            throw new WeightsException(
                    folder.location() + ": activation_state_dict.postact_fn is " + after, "only ReLU is supported");
        }
        if (!k.matches("[1-9]\\d{0,8}")) {
            throw new WeightsException(
                    folder.location() + ": activation_state_dict.k is \"" + k + "\"",
                    "it must be a positive whole number");
        }
        return new Activation.TopK(Integer.parseInt(k));
    }
}
