package io.seismo.weights.family;

import io.seismo.weights.TensorType;
import io.seismo.weights.family.FamilyCase.Equations;
import io.seismo.weights.family.FamilyCase.Rule;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.file.TorchWriter;
import io.seismo.weights.file.ZipWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Families other than SAELens, each with its own equations. */
final class OtherCases {

    private static final int D = 36;
    private static final int N = 108;
    private static final int K = 12;

    private final Path root;
    private final List<FamilyCase> cases = new ArrayList<>();

    private OtherCases(Path root) {
        this.root = root;
    }

    static List<FamilyCase> all(Path root) throws IOException {
        OtherCases all = new OtherCases(root);
        all.gemmaScope(false);
        all.gemmaScope(true);
        all.gemmaScope2();
        all.llamaScope();
        all.sparsify("topk", false);
        all.sparsify("groupmax", false);
        all.sparsify("topk", true);
        all.goodfire();
        all.qwenScope();
        all.openAi();
        all.cases.addAll(DictionaryCases.all(root));
        return all.cases;
    }

    /** Random tensors, encoder as [d_in, d_sae]. */
    static final class Parts {

        final Draw draw;
        final float[] encoder;
        final float[] bias;
        final float[] decoder;
        final float[] decoderBias;
        final float[] theta;

        Parts(TensorType type, long seed) {
            draw = new Draw(type, seed);
            encoder = draw.normal(D * N, 0, 1 / Math.sqrt(D));
            bias = draw.normal(N, 0, 0.5);
            decoder = draw.normal(D * N, 0, 0.4);
            decoderBias = draw.normal(D, 0, 0.3);
            theta = draw.normal(N, 0.4, 0.5);
        }

        double[] pre(double[] u) {
            return Draw.plus(Draw.times(u, encoder), bias);
        }

        double[] subtracted(double[] u) {
            return pre(Draw.minus(u, decoderBias));
        }

        Rule jump() {
            return Rule.jump(SaeLensCases.doubles(theta));
        }

        float[] encoderTransposed() {
            return Draw.transposed(encoder, D, N);
        }
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectories(root.resolve(name.replace(' ', '-')));
    }

    private FamilyCase add(String name, Path location, Equations equations) {
        FamilyCase added = new FamilyCase(name, location, D, N, equations);
        cases.add(added);
        return added;
    }

    private static void text(Path file, String json) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, json.replace('\'', '"'));
    }

    private void gemmaScope(boolean compressed) throws IOException {
        Parts parts = new Parts(TensorType.F32, 41);
        String w = compressed ? "w_" : "W_";
        Path directory = directory("gemma scope 1 " + compressed);
        new ZipWriter(compressed)
                .add(w + "enc", TensorType.F32, parts.encoder, D, N)
                .add("b_enc", TensorType.F32, parts.bias, N)
                .add(w + "dec", TensorType.F32, parts.decoder, N, D)
                .add("b_dec", TensorType.F32, parts.decoderBias, D)
                .add("threshold", TensorType.F32, parts.theta, N)
                .write(directory.resolve("params.npz"));
        String name = "gemma-scope-1" + (compressed ? " compressed, lower case" : "");
        add(name, directory, new Equations(parts::pre, parts.jump()))
                .trap("b_dec subtracted", new Equations(parts::subtracted, parts.jump()))
                .trap("thresholds left out", new Equations(parts::pre, Rule.relu()));
    }

    private void gemmaScope2() throws IOException {
        Parts parts = new Parts(TensorType.BF16, 42);
        Path directory = directory("gemma scope 2");
        text(
                directory.resolve("config.json"),
                "{'architecture': 'jump_relu', 'model_name': 'gemma-3-1b', 'hf_hook_point_in': 'model.layers.13.output'}");
        new SafetensorsWriter()
                .add("w_enc", TensorType.BF16, parts.encoder, D, N)
                .add("b_enc", TensorType.BF16, parts.bias, N)
                .add("w_dec", TensorType.BF16, parts.decoder, N, D)
                .add("b_dec", TensorType.BF16, parts.decoderBias, D)
                .add("threshold", TensorType.BF16, parts.theta, N)
                .add("affine_skip_connection", TensorType.BF16, new float[D * D], D, D)
                .write(directory.resolve("params.safetensors"));
        add("gemma-scope-2", directory, new Equations(parts::pre, parts.jump()))
                .trap("b_dec subtracted", new Equations(parts::subtracted, parts.jump()));
    }

    private void llamaScope() throws IOException {
        Parts parts = new Parts(TensorType.BF16, 43);
        Path directory = directory("llama scope");
        text(directory.resolve("hyperparams.json"), """
                {'d_model': %d, 'd_sae': %d, 'act_fn': 'jumprelu', 'jump_relu_threshold': 0.62, 'hook_point_in': 'blocks.1',
                 'norm_activation': 'dataset-wise', 'dataset_average_activation_norm': {'in': 4.5, 'out': 7}}
                """.formatted(D, N));
        Files.createDirectories(directory.resolve("checkpoints"));
        new SafetensorsWriter()
                .add("encoder.weight", TensorType.BF16, parts.encoderTransposed(), N, D)
                .add("encoder.bias", TensorType.BF16, parts.bias, N)
                .add("decoder.weight", TensorType.BF16, parts.decoder, D, N)
                .add("decoder.bias", TensorType.BF16, parts.decoderBias, D)
                .write(directory.resolve("checkpoints/final.safetensors"));
        double s = Math.sqrt(D) / 4.5;
        UnaryOperator<double[]> pre = u -> parts.pre(Draw.scaled(u, s));
        add("llama-scope", directory, new Equations(pre, Rule.jump(s * 0.62)))
                .trap("the scale of the input overlooked", new Equations(parts::pre, Rule.jump(s * 0.62)))
                .trap("the threshold not scaled", new Equations(pre, Rule.jump(0.62)))
                .trap("b_dec subtracted", new Equations(u -> parts.subtracted(Draw.scaled(u, s)), Rule.jump(s * 0.62)));
    }

    private void sparsify(String activation, boolean transcoder) throws IOException {
        Parts parts = new Parts(TensorType.F32, 44);
        Path directory = directory("sparsify " + activation + transcoder).resolve("layers.3");
        text(directory.resolve("cfg.json"), """
                {'activation': '%s', 'expansion_factor': 3, 'num_latents': 0, 'k': %d, 'multi_topk': true, 'd_in': %d,
                 'normalize_decoder': true, 'skip_connection': %s, 'transcode': %s}
                """.formatted(activation, K, D, transcoder, transcoder));
        new SafetensorsWriter()
                .add("encoder.weight", TensorType.F32, parts.encoderTransposed(), N, D)
                .add("encoder.bias", TensorType.F32, parts.bias, N)
                .add("W_dec", TensorType.F32, parts.decoder, N, D)
                .add("b_dec", TensorType.F32, parts.decoderBias, D)
                .write(directory.resolve("sae.safetensors"));
        Rule rule = activation.equals("topk") ? Rule.largest(K, 1) : Rule.largest(1, K);
        Rule other = activation.equals("topk") ? Rule.largest(4 * K, 1) : Rule.largest(K, 1);
        Equations right = new Equations(transcoder ? parts::pre : parts::subtracted, rule);
        add("sparsify " + activation + (transcoder ? " transcoder" : ""), directory, right)
                .trap("b_dec the other way", new Equations(transcoder ? parts::subtracted : parts::pre, rule))
                .trap("multi_topk at inference, or groups as topk", new Equations(right.pre(), other));
    }

    private void goodfire() throws IOException {
        Parts parts = new Parts(TensorType.BF16, 45);
        Path torch = new TorchWriter()
                .addTransposed("encoder_linear.weight", TensorType.BF16, parts.encoderTransposed(), N, D)
                .add("encoder_linear.bias", TensorType.BF16, parts.bias, N)
                .add("decoder_linear.weight", TensorType.BF16, parts.decoder, D, N)
                .add("decoder_linear.bias", TensorType.BF16, parts.decoderBias, D)
                .write(directory("goodfire").resolve("Llama-l19.pth"));
        Path safe = new SafetensorsWriter()
                .add("encoder_linear.weight", TensorType.BF16, parts.encoderTransposed(), N, D)
                .add("encoder_linear.bias", TensorType.BF16, parts.bias, N)
                .write(directory("goodfire").resolve("Llama-l19.safetensors"));
        for (Path file : List.of(torch, safe)) {
            add("goodfire " + file.getFileName(), file, new Equations(parts::pre, Rule.relu()))
                    .trap("b_dec subtracted", new Equations(parts::subtracted, Rule.relu()));
        }
    }

    private void qwenScope() throws IOException {
        Parts parts = new Parts(TensorType.F32, 46);
        Path directory = directory("qwen scope");
        text(directory.resolve("config.json"), "{'k': " + K + "}");
        Path torch = new TorchWriter()
                .add("W_enc", TensorType.F32, parts.encoderTransposed(), N, D)
                .add("W_dec", TensorType.F32, parts.decoder, D, N)
                .add("b_enc", TensorType.F32, parts.bias, N)
                .add("b_dec", TensorType.F32, parts.decoderBias, D)
                .write(directory.resolve("layer7.sae.pt"));
        add("qwen-scope", torch, new Equations(parts::pre, Rule.largest(K, 1)))
                .trap("b_dec subtracted", new Equations(parts::subtracted, Rule.largest(K, 1)));
    }

    private void openAi() throws IOException {
        Parts parts = new Parts(TensorType.F32, 47);
        for (boolean topk : new boolean[] {true, false}) {
            TorchWriter file = new TorchWriter()
                    .add("pre_bias", TensorType.F32, parts.decoderBias, D)
                    .add("encoder.weight", TensorType.F32, parts.encoderTransposed(), N, D)
                    .add("latent_bias", TensorType.F32, parts.bias, N)
                    .add("decoder.weight", TensorType.F32, parts.decoder, D, N)
                    .add("stats_last_nonzero", TensorType.I64, new float[N], N)
                    .value("activation", topk ? "TopK" : "ReLU");
            if (topk) {
                file.dictionary("activation_state_dict", "k", K, "postact_fn", "ReLU");
            }
            Path written = file.write(directory("openai").resolve(topk + "8.pt"));
            Rule rule = topk ? Rule.largest(K, 1) : Rule.relu();
            UnaryOperator<double[]> norm = topk ? x -> SaeLensCases.layerNorm(x, 1, true) : x -> x;
            add("openai " + (topk ? "topk" : "relu"), written, new Equations(norm, parts::subtracted, rule))
                    .trap("pre_bias not subtracted", new Equations(norm, parts::pre, rule))
                    .trap(
                            "normalised the other way",
                            new Equations(
                                    topk ? x -> x : x -> SaeLensCases.layerNorm(x, 1, true), parts::subtracted, rule));
        }
    }
}
