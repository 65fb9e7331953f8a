package io.seismo.weights.family;

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
 * Llama Scope, first release: {@code hyperparams.json} and {@code checkpoints/final.safetensors}.
 *
 * <p>With {@code s = √d_model / dataset_average_activation_norm.in}: {@code pre = (s·x) @ E.T + b} and
 * {@code f = pre·1[pre > s·jump_relu_threshold]}; b_dec is not subtracted. Hence {@code W = s·E.T},
 * {@code theta = s·jump_relu_threshold}. Source: SAELens 6.54, {@code llama_scope_sae_huggingface_loader}; releases before
 * 6.37.1 did not fold s.
 */
final class LlamaScopeFamily implements TensorFamily {

    private static final String CONFIG = "hyperparams.json";
    private static final String WEIGHTS = "checkpoints/final.safetensors";
    /** bf16 keeps eight bits: a decoder row that was normalised before rounding has a norm this close to 1. */
    private static final double NORMALISED = 0.01;

    @Override
    public String format() {
        return "llama-scope";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return !folder.isFile() && folder.find(CONFIG).isPresent();
    }

    @Override
    public Reading read(WeightFolder folder) {
        ByteSource configFile = folder.require(CONFIG);
        Settings config = Settings.of(configFile);
        refuseWhatIsNotComputed(config);
        int dIn = config.requireCount("d_model");
        int dSae = config.requireCount("d_sae");
        double scale =
                Math.sqrt(dIn) / config.under("dataset_average_activation_norm").positive("in");
        double theta = scale * config.positive("jump_relu_threshold");
        Tensors file = Tensors.open(folder.require(WEIGHTS));
        Tensor encoder = file.require("encoder.weight").expect(dSae, dIn).transposed();
        Tensor bias = file.require("encoder.bias").expect(dSae);
        Origin origin = new Origin("llama-scope", folder, file, Optional.of(configFile))
                .at(config.text("hook_point_in", ""), config.text("model_name", ""));
        return new Reading(origin, encoder, InputNorm.NONE, folding -> {
            if (config.flag("sparsity_include_decoder_norm", false)) {
                refuseUnlessNormalised(file.require("decoder.weight").transposed());
            }
            double[] thresholds = new double[dSae];
            Arrays.fill(thresholds, theta);
            folding.add(bias.vector()).scaleInput(scale);
            return folding.jumpRelu(thresholds, "jump_relu_threshold of the configuration, times the input factor");
        });
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        Settings config = Settings.of(folder.require(CONFIG));
        Tensors file = read(folder).origin().file();
        String input = config.text("hook_point_in", "");
        if (!config.text("hook_point_out", input).equals(input)) {
            return Optional.empty();
        }
        int dIn = config.requireCount("d_model");
        int dSae = config.requireCount("d_sae");
        return file.find("decoder.weight").map(rows -> {
            // The file's decoder gives s·x.
            double scale = Math.sqrt(dIn)
                    / config.under("dataset_average_activation_norm").positive("in");
            double[] bias = file.require("decoder.bias").expect(dIn).vector();
            for (int i = 0; i < dIn; i++) {
                bias[i] /= scale;
            }
            double[] undo = new double[dSae];
            Arrays.fill(undo, 1 / scale);
            return DecoderSource.plain(rows.expect(dIn, dSae).transposed(), bias)
                    .times(undo);
        });
    }

    private static void refuseWhatIsNotComputed(Settings config) {
        String function = config.text("act_fn", "jumprelu");
        String norm = config.text("norm_activation", "dataset-wise");
        if (!function.equals("jumprelu") || !norm.equals("dataset-wise")) {
            throw config.refused(
                    "act_fn is " + function + " and norm_activation is " + norm,
                    "jumprelu with dataset-wise normalisation is what the first release holds");
        }
        if (config.flag("use_glu_encoder", false) || config.flag("apply_decoder_bias_to_pre_encoder", false)) {
            throw config.refused(
                    "it uses use_glu_encoder or apply_decoder_bias_to_pre_encoder", "export it as a SAELens directory");
        }
    }

    private static void refuseUnlessNormalised(Tensor decoder) {
        for (double norm : Folding.norms(decoder)) {
            if (!(Math.abs(norm - 1) <= NORMALISED)) {
                throw new WeightsException(
                        decoder + " has a row of norm " + norm
                                + ", while sparsity_include_decoder_norm lets the threshold depend on it",
                        "export it as a SAELens directory, with the norms folded");
            }
        }
    }
}
