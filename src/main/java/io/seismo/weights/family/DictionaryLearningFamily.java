package io.seismo.weights.family;

import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.Settings;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Arrays;
import java.util.Optional;

/**
 * saprmarks dictionary_learning: {@code config.json} with {@code trainer.dict_class}, and {@code ae.pt} or
 * {@code ae.safetensors}.
 *
 * <p>The seven classes differ in what they subtract and in their activation; see {@link #fold}. A threshold below 0 is the
 * one training starts from, and then every positive pre-activation fires. Source: dictionary_learning,
 * {@code dictionary.py}, {@code trainers/top_k.py}, {@code batch_top_k.py}, {@code matryoshka_batch_top_k.py}.
 */
final class DictionaryLearningFamily implements TensorFamily {

    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "ae.pt";
    private static final String CONVERTED = "ae.safetensors";

    @Override
    public String format() {
        return "dictionary_learning";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return !folder.isFile()
                && (folder.find(WEIGHTS).isPresent() || folder.find(CONVERTED).isPresent());
    }

    @Override
    public Reading read(WeightFolder folder) {
        ByteSource configFile = folder.require(CONFIG);
        Settings config = Settings.of(configFile);
        Settings trainer = config.under("trainer");
        String kind = trainer.text("dict_class", "");
        Tensors file = Tensors.open(folder.find(WEIGHTS).orElseGet(() -> folder.require(CONVERTED)));
        int dIn = trainer.requireCount("activation_dim");
        int dSae = trainer.requireCount("dict_size");
        Tensor encoder = switch (kind) {
            case "JumpReluAutoEncoder", "MatryoshkaBatchTopKSAE" ->
                file.require("W_enc").expect(dIn, dSae);
            case "AutoEncoder", "AutoEncoderNew", "GatedAutoEncoder", "AutoEncoderTopK", "BatchTopKSAE" ->
                file.require("encoder.weight").expect(dSae, dIn).transposed();
            default ->
                throw trainer.refused(
                        "trainer.dict_class is \"" + kind + "\"",
                        "supported are AutoEncoder, AutoEncoderNew, GatedAutoEncoder, JumpReluAutoEncoder, "
                                + "AutoEncoderTopK, BatchTopKSAE and MatryoshkaBatchTopKSAE");
        };
        Origin origin = new Origin("dictionary_learning/" + kind, folder, file, Optional.of(configFile))
                .at("", trainer.text("lm_name", ""));
        return new Reading(origin, encoder, InputNorm.NONE, folding -> fold(kind, trainer, file, folding));
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Reading reading = read(folder);
        Tensors file = reading.origin().file();
        String kind = folder.find(CONFIG)
                .map(config -> Settings.of(config).under("trainer").text("dict_class", ""))
                .orElse("");
        String bias = switch (kind) {
            case "AutoEncoder" -> "bias";
            case "AutoEncoderNew" -> "decoder.bias";
            case "GatedAutoEncoder" -> "decoder_bias";
            default -> "b_dec";
        };
        Optional<DecoderSource> decoder = reading.turnedDecoder(file.find("decoder.weight"), bias)
                .or(() -> reading.decoder(file.find("W_dec"), bias));
        return kind.equals("AutoEncoder") ? decoder.map(DictionaryLearningFamily::normalised) : decoder;
    }

    /** {@code from_pretrained} divides the rows by their norms, unless these are 1. */
    private static DecoderSource normalised(DecoderSource decoder) {
        double[] norms = Folding.norms(decoder.rows().tensor());
        if (Folding.ones(norms)) {
            return decoder;
        }
        for (int j = 0; j < norms.length; j++) {
            norms[j] = norms[j] == 0 ? 0 : 1 / norms[j];
        }
        return decoder.times(norms);
    }

    private static Activation fold(String kind, Settings trainer, Tensors file, Folding folding) {
        return switch (kind) {
            case "AutoEncoder" -> standard(file, folding);
            case "GatedAutoEncoder" -> gated(file, folding);
            case "AutoEncoderTopK" -> {
                subtracted(file, folding, "b_dec").add(bias(file, folding, "encoder.bias"));
                yield new Activation.TopK(k(trainer, file));
            }
            case "BatchTopKSAE" -> {
                subtracted(file, folding, "b_dec").add(bias(file, folding, "encoder.bias"));
                yield thresholded(file, folding);
            }
            case "MatryoshkaBatchTopKSAE" -> {
                checkGroups(trainer, file, folding);
                subtracted(file, folding, "b_dec").add(bias(file, folding, "b_enc"));
                yield thresholded(file, folding);
            }
            case "JumpReluAutoEncoder" -> {
                folding.add(bias(file, folding, "b_enc"));
                yield thresholded(file, folding);
            }
            default -> {
                folding.add(bias(file, folding, "encoder.bias"));
                yield new Activation.Relu();
            }
        };
    }

    /** {@code relu((x − bias) @ E.T + b)}, features times decoder norms, as {@code from_pretrained} does by default. */
    private static Activation standard(Tensors file, Folding folding) {
        subtracted(file, folding, "bias").add(bias(file, folding, "encoder.bias"));
        double[] norms = Folding.norms(
                file.require("decoder.weight").matrix("[d_in, d_sae]").transposed());
        if (!Folding.ones(norms)) {
            folding.scaleFeatures(norms, "decoder norms");
        }
        return new Activation.Relu();
    }

    private static Activation gated(Tensors file, Folding folding) {
        subtracted(file, folding, "decoder_bias");
        return SaeLensFamily.gated(
                folding,
                bias(file, folding, "r_mag"),
                bias(file, folding, "gate_bias"),
                bias(file, folding, "mag_bias"));
    }

    private static Activation thresholded(Tensors file, Folding folding) {
        double[] theta = file.require("threshold").spread(folding.width());
        if (Arrays.stream(theta).allMatch(value -> value < 0)) {
            folding.note("a negative threshold, as before training: every positive pre-activation fires");
        }
        return folding.jumpRelu(theta, "threshold of the file, which training averaged");
    }

    private static Folding subtracted(Tensors file, Folding folding, String name) {
        return folding.subtract(file.require(name).expect(folding.dIn()).vector(), name + " @ W");
    }

    private static double[] bias(Tensors file, Folding folding, String name) {
        return file.require(name).expect(folding.width()).vector();
    }

    private static int k(Settings trainer, Tensors file) {
        Optional<Tensor> stored = file.find("k");
        if (stored.isEmpty()) {
            return trainer.requireCount("k");
        }
        double k = stored.get().single();
        if (k < 1 || k != Math.rint(k) || k > Integer.MAX_VALUE) {
            throw new WeightsException(stored.get() + " holds " + k, "it must be a positive whole number");
        }
        return (int) k;
    }

    private static void checkGroups(Settings trainer, Tensors file, Folding folding) {
        Optional<Tensor> sizes = file.find("group_sizes");
        if (sizes.isPresent() && Arrays.stream(sizes.get().vector()).sum() != folding.width()) {
            throw new WeightsException(
                    sizes.get() + " does not add up to the " + folding.width() + " features",
                    "export the whole dictionary again");
        }
        Optional<Integer> active = trainer.count("active_groups");
        if (active.isPresent()
                && sizes.isPresent()
                && active.get() != sizes.get().elements()) {
            throw trainer.refused("active_groups leaves some features out", "use all groups");
        }
    }
}
