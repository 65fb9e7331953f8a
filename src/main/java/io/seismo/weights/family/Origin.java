package io.seismo.weights.family;

import io.seismo.spec.EncoderFacts;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Manifest;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.List;
import java.util.Optional;

/**
 * Where an SAE comes from, as far as its files say.
 *
 * @param family for the manifest
 * @param folder where it lies
 * @param file its weights
 * @param config its configuration, if there is one
 * @param hook hook name it reads; empty when no file says
 * @param model model name; empty when no file says
 * @param revision of the model; empty when no file says
 */
public record Origin(
        String family,
        WeightFolder folder,
        Tensors file,
        Optional<ByteSource> config,
        String hook,
        String model,
        String revision) {

    /** One that says nothing of hook and model. */
    Origin(String family, WeightFolder folder, Tensors file, Optional<ByteSource> config) {
        this(family, folder, file, config, "", "", "");
    }

    /** Trained on that. */
    Origin at(String hookName, String modelName) {
        return new Origin(family, folder, file, config, hookName, modelName, revision);
    }

    Manifest manifest(int dIn, int dSae, String dtype, List<String> folded) {
        return new Manifest(
                family,
                folder.location(),
                file.source().sha256(),
                config.map(ByteSource::sha256).orElse(""),
                hook,
                model,
                dIn,
                dSae,
                dtype,
                folded);
    }

    EncoderFacts facts(int dIn, int dSae) {
        SaeCard card = SaeCard.read(folder, dSae);
        return EncoderFacts.sae(dIn, dSae).at(hook).of(model, revision).measured(card.sinkNorm(), card.l0());
    }
}
