package io.seismo.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.spec.EncoderFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * SAELens directories: {@code cfg.json} and {@code sae_weights.safetensors}, architectures standard, jumprelu and topk.
 *
 * <p>In SAELens, {@code pre = (s·norm(x) − b_dec) @ W_enc + b_enc}; hence {@code W = s·W_enc} and
 * {@code c = b_enc − b_dec @ W_enc}, both times the decoder norm per feature where topk rescales by it. Source: SAELens
 * 6.38, {@code saes/sae.py} ({@code process_sae_in}), {@code standard_sae.py}, {@code jumprelu_sae.py},
 * {@code topk_sae.py}.
 */
final class SaeLensFamily implements WeightFamily {

    static final String WEIGHTS = "sae_weights.safetensors";
    private static final String CONFIG = "cfg.json";
    private static final String SCALER = "activation_scaler.json";

    @Override
    public boolean recognises(WeightFolder folder) {
        return !folder.isFile() && folder.find(CONFIG).isPresent();
    }

    @Override
    public EncoderFacts facts(WeightFolder folder) {
        SaeLensConfig config = SaeLensConfig.parse(folder.require(CONFIG));
        Safetensors.read(folder.require(WEIGHTS)).require("W_enc").expect(config.dIn(), config.dSae());
        SaeCard card = SaeCard.read(folder, config.dSae());
        return EncoderFacts.sae(config.dIn(), config.dSae())
                .at(config.hook())
                .of(config.model(), config.revision())
                .measured(card.sinkNorm(), card.l0());
    }

    @Override
    public EncoderWeights load(WeightFolder folder) {
        ByteSource configFile = folder.require(CONFIG);
        SaeLensConfig config = SaeLensConfig.parse(configFile);
        Safetensors file = Safetensors.read(folder.require(WEIGHTS));
        refuseFineTuned(file);
        Tensor encoder = file.require("W_enc").expect(config.dIn(), config.dSae());
        Folding folding = new Folding(config, file, Matrix.of(encoder));
        folding.scale(config.scaled() ? Optional.of(scalingFactor(folder)) : Optional.empty());
        Manifest manifest = new Manifest(
                name(config),
                folder.location(),
                file.source().sha256(),
                configFile.sha256(),
                config.hook(),
                config.model(),
                config.dIn(),
                config.dSae(),
                encoder.type().name(),
                folding.done);
        return new EncoderWeights(manifest, folding.matrix, folding.bias(), activation(config, file), config.norm());
    }

    @Override
    public String name(WeightFolder folder) {
        return name(SaeLensConfig.parse(folder.require(CONFIG)));
    }

    @Override
    public Optional<Decoder> decoder(WeightFolder folder) {
        return SaeLensDecoder.read(
                SaeLensConfig.parse(folder.require(CONFIG)),
                Safetensors.read(folder.require(WEIGHTS)),
                config -> scalingFactor(folder));
    }

    @Override
    public Optional<double[]> rates(WeightFolder folder) {
        return SaeCard.rates(folder, SaeLensConfig.parse(folder.require(CONFIG)).dSae());
    }

    private static String name(SaeLensConfig config) {
        return "saelens/" + config.architecture();
    }

    private static Activation activation(SaeLensConfig config, Safetensors file) {
        return switch (config.architecture()) {
            case "jumprelu" ->
                new Activation.JumpRelu(
                        floats(file.require("threshold").expect(config.dSae()).vector()));
            case "topk" -> topK(config);
            default -> new Activation.Relu();
        };
    }

    private static Activation topK(SaeLensConfig config) {
        if (config.k() > config.dSae()) {
            throw new WeightsException("k " + config.k() + " exceeds d_sae " + config.dSae(), "correct cfg.json");
        }
        return new Activation.TopK(config.k());
    }

    /** An old fine-tuning left a factor per feature whose place in the arithmetic differs between releases. */
    private static void refuseFineTuned(Safetensors file) {
        file.find("scaling_factor").ifPresent(tensor -> {
            if (Arrays.stream(tensor.vector()).anyMatch(factor -> factor != 1)) {
                throw new WeightsException(tensor + " is not all ones: a fine-tuned SAE", "fold it and save again");
            }
        });
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

    private static float[] floats(double[] values) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) values[i];
            if (!Float.isFinite(out[i])) {
                throw new WeightsException(
                        "a bias or threshold of feature " + i + " exceeds fp32: " + values[i], "rescale the SAE");
            }
        }
        return out;
    }

    /** The algebra from the file's tensors to W and c. */
    private static final class Folding {

        private final SaeLensConfig config;
        private final Safetensors file;
        private final List<String> done = new ArrayList<>();
        private final double[] bias;
        private Matrix matrix;

        Folding(SaeLensConfig config, Safetensors file, Matrix matrix) {
            this.config = config;
            this.file = file;
            this.matrix = matrix;
            this.bias = file.require("b_enc").expect(config.dSae()).vector();
            foldDecoderBias();
        }

        /** One pass over W that folds b_dec and finds values that are not finite. */
        private void foldDecoderBias() {
            boolean subtract = config.subtractsDecoderBias();
            double[] decoderBias =
                    subtract ? file.require("b_dec").expect(config.dIn()).vector() : new double[config.dIn()];
            float[] row = new float[config.dSae()];
            for (int r = 0; r < config.dIn(); r++) {
                matrix.row(r, row);
                for (int j = 0; j < row.length; j++) {
                    if (!Float.isFinite(row[j])) {
                        throw new WeightsException(
                                file.require("W_enc") + " holds " + row[j] + " at [" + r + ", " + j
                                        + "], or exceeds fp32",
                                "export the weights again from a clean run");
                    }
                    bias[j] -= decoderBias[r] * row[j];
                }
            }
            if (subtract) {
                done.add("b_dec @ W_enc into the bias");
            }
        }

        void scale(Optional<Double> inputFactor) {
            double[] factors = new double[config.dSae()];
            Arrays.fill(factors, inputFactor.orElse(1.0));
            inputFactor.ifPresent(factor -> done.add("input factor " + factor + " into W"));
            if (config.rescaleByDecoderNorm()) {
                double[] decoder = new double[config.dIn()];
                RowReader reader = file.require("W_dec")
                        .expect(config.dSae(), config.dIn())
                        .rows(config.dIn());
                for (int j = 0; j < factors.length; j++) {
                    reader.read(j, decoder);
                    double norm = norm(decoder);
                    factors[j] *= norm;
                    bias[j] *= norm;
                }
                done.add("decoder norms into W and the bias");
            }
            if (inputFactor.isPresent() || config.rescaleByDecoderNorm()) {
                matrix = matrix.scaled(factors);
            }
        }

        private static double norm(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value * value;
            }
            return Math.sqrt(sum);
        }

        float[] bias() {
            return floats(bias);
        }
    }
}
