package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.Settings;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Qwen-Scope: one file {@code layer<n>.sae.pt} or {@code .safetensors} with W_enc [d_sae, d_in].
 *
 * <p>{@code pre = x @ W_enc.T + b_enc}, b_dec not subtracted; the k largest of the row, of which only those above 0 count
 * as firing (the card's own snippet keeps negative ones). k stands in no file of the release, only in the name of its
 * folder: a {@code config.json} beside the file must state it. Source: the model cards of the release.
 */
final class QwenScopeFamily implements TensorFamily {

    private static final Pattern NAME = Pattern.compile("layer\\d+\\.sae\\.(pt|safetensors)");
    private static final String CONFIG = "config.json";

    @Override
    public String format() {
        return "qwen-scope";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return folder.isFile() && NAME.matcher(folder.name()).matches();
    }

    @Override
    public Reading read(WeightFolder folder) {
        ByteSource configFile = folder.sibling(CONFIG)
                .orElseThrow(() -> new WeightsException(
                        folder.location() + ": k of its top-k stands in no file",
                        "write " + CONFIG + " beside it, {\"k\": 50} for a release named …L0_50"));
        Settings config = Settings.of(configFile);
        int k = config.requireCount("k");
        Tensors file = Tensors.open(folder.self());
        Tensor encoder = file.require("W_enc").transposed();
        // b_enc [d_sae] tells a transposed file from a sound one; W_dec must be the other way round.
        file.require("W_dec").expect(encoder.shape().get(0), encoder.shape().get(1));
        Tensor bias = file.require("b_enc").expect(encoder.shape().get(1));
        Origin origin = new Origin("qwen-scope", folder, file, Optional.of(configFile))
                .at(config.text("hook_name", ""), config.text("model_name", ""));
        return new Reading(origin, encoder, InputNorm.NONE, folding -> {
            folding.add(bias.vector());
            return new Activation.TopK(k);
        });
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Reading reading = read(folder);
        return reading.turnedDecoder(reading.origin().file().find("W_dec"), "b_dec");
    }
}
