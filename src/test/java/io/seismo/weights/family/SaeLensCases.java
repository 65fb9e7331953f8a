package io.seismo.weights.family;

import io.seismo.weights.TensorType;
import io.seismo.weights.family.FamilyCase.Equations;
import io.seismo.weights.family.FamilyCase.Rule;
import io.seismo.weights.file.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** SAELens: every architecture and setting, with SAELens' own equations. */
final class SaeLensCases {

    private static final int D = 40;
    private static final int N = 120;
    private static final int K = 9;
    private static final double S = 1.75;

    private final Path root;
    private final List<FamilyCase> cases = new ArrayList<>();

    private SaeLensCases(Path root) {
        this.root = root;
    }

    static List<FamilyCase> all(Path root) throws IOException {
        SaeLensCases all = new SaeLensCases(root);
        all.gated(TensorType.F32);
        all.gated(TensorType.BF16);
        all.standard();
        all.jumprelu(TensorType.F32);
        all.jumprelu(TensorType.F16);
        all.normalised();
        all.topk();
        all.batchtopk("batchtopk", true, 1);
        all.batchtopk("batchtopk", true, S);
        all.batchtopk("batchtopk", false, S);
        all.batchtopk("matryoshka_batchtopk", true, 1);
        all.transcoders();
        return all.cases;
    }

    /** The tensors every architecture shares. */
    private static final class Parts {

        final Draw draw;
        final float[] encoder;
        final float[] bias;
        final float[] decoder;
        final float[] decoderBias;
        final SafetensorsWriter file = new SafetensorsWriter();

        Parts(TensorType type, long seed, int dOut) {
            draw = new Draw(type, seed);
            encoder = draw.normal(D * N, 0, 1 / Math.sqrt(D));
            bias = draw.normal(N, 0, 0.5);
            decoder = draw.normal(N * dOut, 0, 0.4);
            decoderBias = draw.normal(dOut, 0, 0.3);
            file.add("W_enc", type, encoder, D, N)
                    .add("b_enc", type, bias, N)
                    .add("W_dec", type, decoder, N, dOut)
                    .add("b_dec", type, decoderBias, dOut);
        }

        double[] pre(double[] u) {
            return Draw.plus(Draw.times(Draw.minus(u, decoderBias), encoder), bias);
        }

        double[] unsubtracted(double[] u) {
            return Draw.plus(Draw.times(u, encoder), bias);
        }
    }

    private FamilyCase add(String name, String config, Parts parts, Equations equations) throws IOException {
        Path directory = Files.createDirectories(root.resolve(name.replace(' ', '-')));
        Files.writeString(directory.resolve("cfg.json"), """
                {"d_in": %d, "d_sae": %d, %s, "metadata": {"sae_lens_version": "6.54.12", "hook_name": "blocks.1.hook_in",
                 "hook_name_out": "blocks.1.hook_out"}}
                """.formatted(D, N, config.replace('\'', '"')));
        parts.file.write(directory.resolve("sae_weights.safetensors"));
        FamilyCase added = new FamilyCase("saelens " + name, directory, D, N, equations);
        cases.add(added);
        return added;
    }

    private void gated(TensorType type) throws IOException {
        Parts parts = new Parts(type, 11, D);
        float[] gate = parts.draw.normal(N, -0.5, 0.5);
        float[] gain = parts.draw.normal(N, 0, 0.4);
        float[] magnitude = parts.draw.normal(N, 0.2, 0.5);
        parts.file.add("b_gate", type, gate, N).add("r_mag", type, gain, N).add("b_mag", type, magnitude, N);
        double[] exp = new double[N];
        for (int f = 0; f < N; f++) {
            exp[f] = Math.exp(gain[f]);
        }
        UnaryOperator<double[]> pre =
                u -> Draw.plus(Draw.each(Draw.times(Draw.minus(u, parts.decoderBias), parts.encoder), exp), magnitude);
        Rule gates = (u, m) -> {
            double[] p = Draw.plus(Draw.times(Draw.minus(u, parts.decoderBias), parts.encoder), gate);
            double[] above = new double[N];
            for (int f = 0; f < N; f++) {
                above[f] = Math.min(p[f] * exp[f], m[f]);
            }
            return above;
        };
        add("gated " + type, "'architecture': 'gated'", parts, new Equations(pre, gates))
                .trap("the gate left out", new Equations(pre, Rule.relu()))
                .trap("r_mag without exp", new Equations(u -> parts.pre(u), gates));
    }

    private void standard() throws IOException {
        Parts with = new Parts(TensorType.BF16, 12, D);
        add("standard", "'architecture': 'standard'", with, new Equations(with::pre, Rule.relu()))
                .trap("b_dec not subtracted", new Equations(with::unsubtracted, Rule.relu()));
        Parts without = new Parts(TensorType.F32, 13, D);
        add(
                        "standard without b_dec",
                        "'architecture': 'standard', 'apply_b_dec_to_input': false",
                        without,
                        new Equations(without::unsubtracted, Rule.relu()))
                .trap("b_dec subtracted", new Equations(without::pre, Rule.relu()));
        Parts scaled = new Parts(TensorType.F32, 14, D);
        FamilyCase checkpoint = add(
                "standard checkpoint",
                "'architecture': 'standard', 'normalize_activations': 'expected_average_only_in'",
                scaled,
                new Equations(u -> scaled.pre(Draw.scaled(u, S)), Rule.relu()));
        scaler(checkpoint.location());
        checkpoint
                .trap("activation_scaler.json overlooked", new Equations(scaled::pre, Rule.relu()))
                .trap(
                        "b_dec scaled with the input",
                        new Equations(
                                u -> Draw.plus(
                                        Draw.scaled(Draw.times(Draw.minus(u, scaled.decoderBias), scaled.encoder), S),
                                        scaled.bias),
                                Rule.relu()));
    }

    private static void scaler(Path directory) throws IOException {
        Files.writeString(directory.resolve("activation_scaler.json"), "{\"scaling_factor\": " + S + "}");
    }

    private void jumprelu(TensorType type) throws IOException {
        Parts parts = new Parts(type, 15, D);
        float[] theta = parts.draw.normal(N, 0.4, 0.5);
        parts.file.add("threshold", type, theta, N);
        add(
                        "jumprelu " + type,
                        "'architecture': 'jumprelu'",
                        parts,
                        new Equations(parts::pre, Rule.jump(doubles(theta))))
                .trap("thresholds left out", new Equations(parts::pre, Rule.relu()));
        Parts scalar = new Parts(type, 16, D);
        scalar.file.add("threshold", type, new float[] {0.5f});
        add("jumprelu scalar " + type, "'architecture': 'jumprelu'", scalar, new Equations(scalar::pre, Rule.jump(0.5)))
                .trap("only the first feature", new Equations(scalar::pre, Rule.relu()));
        Parts old = new Parts(type, 17, D);
        float[] log = old.draw.normal(N, -0.5, 0.4);
        old.file.add("log_threshold", type, log, N);
        double[] exp = doubles(log);
        for (int f = 0; f < N; f++) {
            exp[f] = Math.exp(exp[f]);
        }
        add("jumprelu log " + type, "'architecture': 'jumprelu'", old, new Equations(old::pre, Rule.jump(exp)))
                .trap("the logarithm as threshold", new Equations(old::pre, Rule.jump(doubles(log))));
    }

    private void normalised() throws IOException {
        Parts layer = new Parts(TensorType.F32, 18, D);
        add(
                        "standard layer_norm",
                        "'architecture': 'standard', 'normalize_activations': 'layer_norm'",
                        layer,
                        new Equations(x -> layerNorm(x, 1, true), layer::pre, Rule.relu()))
                .trap("divisor N", new Equations(x -> layerNorm(x, 0, true), layer::pre, Rule.relu()))
                .trap("epsilon under the root", new Equations(x -> layerNorm(x, 1, false), layer::pre, Rule.relu()));
        Parts constant = new Parts(TensorType.F32, 19, D);
        add(
                        "standard constant norm",
                        "'architecture': 'standard', 'normalize_activations': 'constant_norm_rescale'",
                        constant,
                        new Equations(SaeLensCases::constantNorm, constant::pre, Rule.relu()))
                .trap(
                        "b_dec subtracted before the norm",
                        new Equations(
                                x -> constantNorm(Draw.minus(x, constant.decoderBias)),
                                constant::unsubtracted,
                                Rule.relu()));
    }

    static double[] layerNorm(double[] x, int less, boolean outside) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double sum = 0;
        for (double value : x) {
            sum += (value - mean) * (value - mean);
        }
        double variance = sum / (x.length - less);
        double by = outside ? Math.sqrt(variance) + 1e-5 : Math.sqrt(variance + 1e-5);
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (x[i] - mean) / by;
        }
        return out;
    }

    private static double[] constantNorm(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value * value;
        }
        return Draw.scaled(x, Math.sqrt(x.length / sum));
    }

    private void topk() throws IOException {
        Parts plain = new Parts(TensorType.F32, 21, D);
        add("topk", "'architecture': 'topk', 'k': " + K, plain, new Equations(plain::pre, Rule.largest(K, 1)))
                .trap("k not applied", new Equations(plain::pre, Rule.relu()));
        Parts rescaled = new Parts(TensorType.BF16, 22, D);
        double[] norms = Draw.rowNorms(rescaled.decoder, N);
        add(
                        "topk rescaled",
                        "'architecture': 'topk', 'k': " + K + ", 'rescale_acts_by_decoder_norm': true",
                        rescaled,
                        new Equations(u -> Draw.each(rescaled.pre(u), norms), Rule.largest(K, 1)))
                .trap("decoder norms left out", new Equations(rescaled::pre, Rule.largest(K, 1)));
    }

    /** With s: SAELens divides the decoder by s when it folds, so that features and threshold are in units of 1/s. */
    private void batchtopk(String architecture, boolean rescale, double s) throws IOException {
        Parts parts = new Parts(TensorType.F32, 23 + (rescale ? 1 : 0), D);
        parts.file.add("topk_threshold", TensorType.F64, new float[] {0.75f});
        double[] norms = Draw.rowNorms(parts.decoder, N);
        UnaryOperator<double[]> plain = u -> parts.pre(Draw.scaled(u, s));
        UnaryOperator<double[]> pre = rescale ? u -> Draw.scaled(Draw.each(plain.apply(u), norms), 1 / s) : plain;
        double theta = rescale ? 0.75 / s : 0.75;
        FamilyCase added = add(
                architecture + " rescale " + rescale + " s " + s,
                "'architecture': '" + architecture + "', 'k': 9.5, 'rescale_acts_by_decoder_norm': " + rescale
                        + (s == 1 ? "" : ", 'normalize_activations': 'expected_average_only_in'"),
                parts,
                new Equations(pre, Rule.jump(theta)));
        if (s != 1) {
            scaler(added.location());
        }
        added.trap("loaded as relu", new Equations(pre, Rule.relu()));
        if (rescale) {
            added.trap("an unfolded checkpoint", new Equations(plain, Rule.jump(theta)));
        }
    }

    private void transcoders() throws IOException {
        int dOut = D + 3;
        for (String architecture : List.of("transcoder", "skip_transcoder")) {
            Parts parts = new Parts(TensorType.F32, 31, dOut);
            parts.file.add("W_skip", TensorType.F32, new float[dOut * D], dOut, D);
            add(architecture, transcoder(architecture, dOut), parts, new Equations(parts::unsubtracted, Rule.relu()));
        }
        for (String architecture : List.of("jumprelu_transcoder", "jumprelu_skip_transcoder")) {
            Parts parts = new Parts(TensorType.F32, 32, D);
            float[] theta = parts.draw.normal(N, 0.4, 0.5);
            parts.file.add("threshold", TensorType.F32, theta, N);
            Rule jump = Rule.jump(doubles(theta));
            add(architecture, transcoder(architecture, D), parts, new Equations(parts::unsubtracted, jump))
                    .trap("b_dec subtracted", new Equations(parts::pre, jump));
        }
    }

    /** Even where the configuration says that b_dec is applied: it belongs to the output. */
    private static String transcoder(String architecture, int dOut) {
        return "'architecture': '%s', 'd_out': %d, 'apply_b_dec_to_input': true".formatted(architecture, dOut);
    }

    static double[] doubles(float[] values) {
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i];
        }
        return out;
    }
}
