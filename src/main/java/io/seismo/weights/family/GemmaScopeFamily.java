package io.seismo.weights.family;

import io.seismo.weights.ByteSource;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.Npz;
import io.seismo.weights.file.Settings;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Locale;
import java.util.Optional;

/**
 * Gemma Scope 1 ({@code params.npz}) and 2 ({@code params.safetensors}, with or without {@code config.json}).
 *
 * <p>{@code pre = x @ W_enc + b_enc}, {@code f = pre·1[pre > threshold]}, nothing subtracted and nothing normalised; the
 * skip connection of an affine transcoder only matters to its output. Names are upper or lower case. Source: SAELens
 * 6.54, {@code loading/pretrained_sae_loaders.py}, {@code gemma_2_sae_huggingface_loader} and
 * {@code gemma_3_sae_huggingface_loader}.
 */
final class GemmaScopeFamily implements TensorFamily {

    private static final String FIRST = "params.npz";
    private static final String SECOND = "params.safetensors";

    @Override
    public String format() {
        return "gemma-scope";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return folder.isFile()
                ? folder.name().equals(FIRST) || folder.name().equals(SECOND)
                : folder.find(FIRST).isPresent() || folder.find(SECOND).isPresent();
    }

    @Override
    public Reading read(WeightFolder folder) {
        if (folder.under("embedding")) {
            throw new WeightsException(
                    folder.location() + ": an SAE of the embedding; whether captured embeddings are multiplied by √d_in"
                            + " differs between releases of the model code",
                    "convert it with SAELens, which divides W_enc by √d_in, and compare a row of activations first");
        }
        Tensors file = Tensors.open(
                folder.isFile() ? folder.self() : folder.find(FIRST).orElseGet(() -> folder.require(SECOND)));
        Optional<ByteSource> config = folder.isFile() ? folder.sibling("config.json") : folder.find("config.json");
        Origin origin = new Origin(file instanceof Npz ? "gemma-scope-1" : "gemma-scope-2", folder, file, config);
        if (config.isPresent()) {
            origin = named(origin, Settings.of(config.get()));
        }
        SaeLensFamily.refuseFineTuned(file);
        Tensor encoder = file.require("W_enc", "w_enc").matrix("[d_in, d_sae]");
        file.find("W_dec").or(() -> file.find("w_dec")).ifPresent(decoder -> decoder.matrix("[d_sae, d_out]"));
        Tensor bias = file.require("b_enc").expect(encoder.shape().get(1));
        Tensor threshold = file.require("threshold");
        return new Reading(
                origin,
                encoder,
                InputNorm.NONE,
                folding -> folding.add(bias.vector())
                        .jumpRelu(threshold.spread(folding.width()), "threshold of the file"));
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Reading reading = read(folder);
        Tensors file = reading.origin().file();
        boolean elsewhere = folder.location().contains("transcoder")
                || file.find("affine_skip_connection").isPresent()
                || file.find("W_skip").isPresent();
        return elsewhere ? Optional.empty() : reading.decoder(file.find("W_dec").or(() -> file.find("w_dec")), "b_dec");
    }

    private static Origin named(Origin origin, Settings config) {
        String architecture = config.text("architecture", "jump_relu").toLowerCase(Locale.ROOT);
        if (!architecture.equals("jump_relu") && !architecture.equals("jumprelu")) {
            throw config.refused("architecture is " + architecture, "Gemma Scope SAEs are jump_relu");
        }
        return origin.at(config.text("hf_hook_point_in", ""), config.text("model_name", ""));
    }
}
