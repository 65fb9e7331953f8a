package io.seismo.weights.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.JsonFile;
import io.seismo.weights.file.Safetensors;
import io.seismo.weights.file.Tensors;
import io.seismo.weights.file.WeightFolder;
import java.util.Arrays;
import java.util.Optional;

/**
 * SAELens directories: {@code cfg.json} and {@code sae_weights.safetensors}, versions 5 and 6.
 *
 * <p>In SAELens, {@code pre = (s·norm(x) − b_dec) @ W_enc + b_enc}; hence {@code W = s·W_enc} and
 * {@code c = b_enc − b_dec @ W_enc}, both times the decoder norm per feature where topk and batchtopk count by it.
 * A transcoder never takes b_dec, which belongs to its output. Gated features are brought to jumprelu, exactly: with
 * {@code g = exp(r_mag) > 0} and {@code m = (u @ W_enc)·g + b_mag}, the gate {@code u @ W_enc + b_gate > 0} is
 * {@code m > b_mag − g·b_gate}. Source: SAELens 6.54, {@code saes/sae.py} ({@code process_sae_in}),
 * {@code standard_sae.py}, {@code gated_sae.py}, {@code jumprelu_sae.py}, {@code topk_sae.py}, {@code batchtopk_sae.py},
 * {@code transcoder.py}.
 */
public final class SaeLensFamily implements TensorFamily {

    /** The file of weights in its directory. */
    public static final String WEIGHTS = "sae_weights.safetensors";
    private static final String CONFIG = "cfg.json";
    private static final String SCALER = "activation_scaler.json";

    @Override
    public String format() {
        return "saelens";
    }

    @Override
    public boolean recognises(WeightFolder folder) {
        return !folder.isFile() && folder.find(CONFIG).isPresent();
    }

    @Override
    public Reading read(WeightFolder folder) {
        ByteSource configFile = folder.require(CONFIG);
        SaeLensConfig config = SaeLensConfig.parse(configFile);
        Safetensors file = Safetensors.read(folder.require(WEIGHTS));
        refuseFineTuned(file);
        Tensor encoder = file.require("W_enc").expect(config.dIn(), config.dSae());
        Origin origin = new Origin(
                name(config), folder, file, Optional.of(configFile), config.hook(), config.model(), config.revision());
        return new Reading(origin, encoder, config.norm(), folding -> fold(config, file, folder, folding));
    }

    @Override
    public String name(WeightFolder folder) {
        return name(SaeLensConfig.parse(folder.require(CONFIG)));
    }

    @Override
    public Optional<DecoderSource> decoder(WeightFolder folder) {
        SaeLensConfig config = SaeLensConfig.parse(folder.require(CONFIG));
        return config.architecture().endsWith("transcoder")
                ? Optional.empty()
                : SaeLensDecoder.read(
                        config, Safetensors.read(folder.require(WEIGHTS)), scaled -> scalingFactor(folder));
    }

    @Override
    public Optional<double[]> rates(WeightFolder folder) {
        return SaeCard.rates(folder, SaeLensConfig.parse(folder.require(CONFIG)).dSae());
    }

    private static String name(SaeLensConfig config) {
        return "saelens/" + config.architecture();
    }

    private static Activation fold(SaeLensConfig config, Safetensors file, WeightFolder folder, Folding folding) {
        if (config.subtractsDecoderBias()) {
            folding.subtract(file.require("b_dec").expect(config.dIn()).vector(), "b_dec @ W_enc");
        }
        if (config.architecture().equals("gated")) {
            scaleInput(config, folder, folding);
            return gated(config, file, folding);
        }
        folding.add(file.require("b_enc").expect(config.dSae()).vector());
        double inputFactor = scaleInput(config, folder, folding);
        double unit = 1;
        if (config.rescaleByDecoderNorm()) {
            Tensor decoder = file.require("W_dec").expect(config.dSae(), config.dIn());
            // SAELens divides the decoder, and with it the unit of features and threshold, by the input factor.
            unit = 1 / inputFactor;
            folding.scaleFeatures(times(unit, Folding.norms(decoder)), "decoder norms");
        }
        return switch (config.architecture()) {
            case "topk" -> new Activation.TopK(config.k());
            case "jumprelu", "jumprelu_transcoder", "jumprelu_skip_transcoder" ->
                folding.jumpRelu(thresholds(file, config.dSae()), "threshold of the file");
            case "batchtopk", "matryoshka_batchtopk" ->
                folding.jumpRelu(
                        times(unit, file.require("topk_threshold").spread(config.dSae())),
                        "topk_threshold, which training averaged");
            default -> new Activation.Relu();
        };
    }

    private static double[] times(double factor, double[] values) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

    private static Activation gated(SaeLensConfig config, Safetensors file, Folding folding) {
        double[] gain = file.require("r_mag").expect(config.dSae()).vector();
        double[] gate = file.require("b_gate").expect(config.dSae()).vector();
        double[] theta = file.require("b_mag").expect(config.dSae()).vector();
        return gated(folding, gain, gate, theta);
    }

    /**
     * Gated as jumprelu.
     *
     * @param logGain r_mag; overwritten
     * @param gate b_gate
     * @param magnitude b_mag; overwritten
     */
    static Activation gated(Folding folding, double[] logGain, double[] gate, double[] magnitude) {
        for (int j = 0; j < logGain.length; j++) {
            logGain[j] = StrictMath.exp(logGain[j]);
            if (!(logGain[j] > 0) || logGain[j] > Float.MAX_VALUE) {
                throw new WeightsException("exp(r_mag) of feature " + j + " is " + logGain[j], "rescale the SAE");
            }
        }
        folding.scaleFeatures(logGain, "exp(r_mag)").add(magnitude);
        for (int j = 0; j < magnitude.length; j++) {
            magnitude[j] -= logGain[j] * gate[j];
        }
        folding.note("the gate as threshold b_mag - exp(r_mag) * b_gate");
        return folding.jumpRelu(magnitude, "the gate: b_mag - exp(r_mag) * b_gate");
    }

    /** Checkpoints of old releases hold logarithms. */
    private static double[] thresholds(Safetensors file, int dSae) {
        Optional<Tensor> logarithms = file.find("log_threshold");
        if (logarithms.isEmpty() || file.find("threshold").isPresent()) {
            return file.require("threshold").spread(dSae);
        }
        return Arrays.stream(logarithms.get().spread(dSae)).map(StrictMath::exp).toArray();
    }

    /** An old fine-tuning left a factor per feature whose place in the arithmetic differs between releases. */
    static void refuseFineTuned(Tensors file) {
        file.find("scaling_factor").ifPresent(tensor -> {
            if (Arrays.stream(tensor.vector()).anyMatch(factor -> factor != 1)) {
                throw new WeightsException(tensor + " is not all ones: a fine-tuned SAE", "fold it and save again");
            }
        });
    }

    /** Folds the factor of the input, if there is one, and returns it. */
    private static double scaleInput(SaeLensConfig config, WeightFolder folder, Folding folding) {
        if (!config.scaled()) {
            return 1;
        }
        double factor = scalingFactor(folder);
        folding.scaleInput(factor);
        return factor;
    }

    private static double scalingFactor(WeightFolder folder) {
        ByteSource source = folder.find(SCALER)
                .orElseThrow(() -> new WeightsException(
                        folder.location()
                                + ": normalize_activations is expected_average_only_in, but nothing states the factor",
                        "fold it in SAELens (fold_activation_norm_scaling_factor) or add " + SCALER));
        JsonNode factor = JsonFile.read(source).path("scaling_factor");
        if (!factor.isNumber() || !(factor.asDouble() > 0) || !Double.isFinite(factor.asDouble())) {
            throw new WeightsException(source.name() + ": scaling_factor is " + factor, "it must be a positive number");
        }
        return factor.asDouble();
    }
}
