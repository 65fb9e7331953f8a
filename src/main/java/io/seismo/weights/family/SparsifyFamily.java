package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.file.Settings;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Optional;

/**
 * EleutherAI sparsify: {@code cfg.json} and {@code sae.safetensors}.
 *
 * <p>{@code pre = (x − b_dec) @ E.T + b}, a transcoder without b_dec; then relu and the k largest of the row, or the largest
 * of each of k contiguous groups. {@code multi_topk} belongs to the loss and k alone counts. Source: sparsify,
 * {@code sparse_coder.py} and {@code fused_encoder.py}; SAELens' loader for this family disagrees with it, and is not
 * followed.
 */
final class SparsifyFamily implements TensorFamily {

    private static final String CONFIG = "cfg.json";
    private static final String WEIGHTS = "sae.safetensors";

    @Override
    public String format() {
        return "sparsify";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return !folder.isFile()
                && folder.find(WEIGHTS).isPresent()
                && folder.find(CONFIG).isPresent();
    }

    @Override
    public Reading read(WeightFolder folder) {
        ByteSource configFile = folder.require(CONFIG);
        Settings config = Settings.of(configFile);
        Tensors file = Tensors.open(folder.require(WEIGHTS));
        int dIn = config.requireCount("d_in");
        int dSae = width(config, dIn);
        Tensor encoder = file.require("encoder.weight").expect(dSae, dIn).transposed();
        Activation activation = activation(config, dSae);
        boolean transcoder = transcoder(config, file);
        Origin origin =
                new Origin("sparsify/" + (transcoder ? "transcoder" : "sae"), folder, file, Optional.of(configFile));
        return new Reading(origin, encoder, InputNorm.NONE, folding -> {
            if (!transcoder) {
                folding.subtract(file.require("b_dec").expect(dIn).vector(), "b_dec @ encoder.weight.T");
            }
            folding.add(file.require("encoder.bias").expect(dSae).vector());
            return activation;
        });
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Reading reading = read(folder);
        return reading.origin().family().endsWith("transcoder")
                ? Optional.empty()
                : reading.decoder(reading.origin().file().find("W_dec"), "b_dec");
    }

    /** {@code num_latents}, of which 0 means {@code expansion_factor} times d_in. */
    private static int width(Settings config, int dIn) {
        int stated = config.root().path("num_latents").asInt(0);
        return stated > 0 ? stated : Math.multiplyExact(dIn, config.requireCount("expansion_factor"));
    }

    private static Activation activation(Settings config, int dSae) {
        if (config.flag("signed", false)) {
            throw config.refused("signed keeps negative features", "use an SAE whose features are not negative");
        }
        int k = config.requireCount("k");
        String named = config.text("activation", "topk");
        if (named.equals("topk")) {
            return new Activation.TopK(k);
        }
        if (!named.equals("groupmax")) {
            throw config.refused("activation is " + named, "topk and groupmax are supported");
        }
        if (dSae % k != 0) {
            throw config.refused(dSae + " features do not part into " + k + " equal groups", "correct k");
        }
        return new Activation.GroupMax(k);
    }

    private static boolean transcoder(Settings config, Tensors file) {
        boolean stated = config.root().path("transcode").isBoolean();
        if (!stated && (file.find("W_skip").isPresent() || config.flag("skip_connection", false))) {
            throw config.refused(
                    "it has a skip connection but does not state transcode; until February 2025 transcoders subtracted b_dec",
                    "add \"transcode\": true, or false if b_dec was subtracted from the input in its training");
        }
        return config.flag("transcode", false);
    }
}
