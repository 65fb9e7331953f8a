package io.seismo.weights.family;

import io.seismo.weights.TensorType;
import io.seismo.weights.family.FamilyCase.Equations;
import io.seismo.weights.family.FamilyCase.Rule;
import io.seismo.weights.file.TorchWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The seven classes of dictionary_learning, from {@code ae.pt}, with the equations of each. */
final class DictionaryCases {

    private static final int D = 36;
    private static final int N = 108;
    private static final int K = 12;
    private static final TensorType F32 = TensorType.F32;

    private final Path root;
    private final List<FamilyCase> cases = new ArrayList<>();
    private final OtherCases.Parts parts = new OtherCases.Parts(F32, 51);

    private DictionaryCases(Path root) {
        this.root = root;
    }

    static List<FamilyCase> all(Path root) throws IOException {
        DictionaryCases all = new DictionaryCases(root);
        all.standard();
        all.updated();
        all.gated();
        all.jumprelu();
        all.topk();
        all.batchTopK(0.8f);
        all.batchTopK(-1);
        all.matryoshka();
        return all.cases;
    }

    private FamilyCase add(String kind, String more, TorchWriter file, Equations equations) throws IOException {
        Path directory = Files.createDirectories(root.resolve("dictionary-" + kind + cases.size()));
        Files.writeString(directory.resolve("config.json"), """
                {"trainer": {"dict_class": "%s", "activation_dim": %d, "dict_size": %d, "layer": 8, "lm_name": "pythia"%s}}
                """.formatted(kind, D, N, more));
        file.write(directory.resolve("ae.pt"));
        FamilyCase added = new FamilyCase("dictionary_learning " + kind + more, directory, D, N, equations);
        cases.add(added);
        return added;
    }

    /** encoder.weight as PyTorch keeps it after a transposing initialisation: strides (1, d_sae). */
    private TorchWriter linear(String subtracted) {
        return new TorchWriter()
                .addTransposed("encoder.weight", F32, parts.encoderTransposed(), N, D)
                .add("encoder.bias", F32, parts.bias, N)
                .add("decoder.weight", F32, parts.decoder, D, N)
                .add(subtracted, F32, parts.decoderBias, D);
    }

    private TorchWriter plain() {
        return new TorchWriter()
                .add("W_enc", F32, parts.encoder, D, N)
                .add("b_enc", F32, parts.bias, N)
                .add("W_dec", F32, parts.decoder, N, D)
                .add("b_dec", F32, parts.decoderBias, D);
    }

    private void standard() throws IOException {
        double[] norms = Draw.rowNorms(Draw.transposed(parts.decoder, D, N), N);
        add("AutoEncoder", "", linear("bias"), new Equations(u -> Draw.each(parts.subtracted(u), norms), Rule.relu()))
                .trap("the decoder not normalised", new Equations(parts::subtracted, Rule.relu()))
                .trap("bias not subtracted", new Equations(u -> Draw.each(parts.pre(u), norms), Rule.relu()));
    }

    private void updated() throws IOException {
        add("AutoEncoderNew", "", linear("decoder.bias"), new Equations(parts::pre, Rule.relu()))
                .trap("decoder bias subtracted", new Equations(parts::subtracted, Rule.relu()));
    }

    private void gated() throws IOException {
        float[] gate = parts.draw.normal(N, -0.5, 0.5);
        float[] gain = parts.draw.normal(N, 0, 0.4);
        float[] magnitude = parts.draw.normal(N, 0.2, 0.5);
        double[] exp = new double[N];
        for (int f = 0; f < N; f++) {
            exp[f] = Math.exp(gain[f]);
        }
        TorchWriter file = new TorchWriter()
                .add("decoder_bias", F32, parts.decoderBias, D)
                .add("encoder.weight", F32, parts.encoderTransposed(), N, D)
                .add("r_mag", F32, gain, N)
                .add("gate_bias", F32, gate, N)
                .add("mag_bias", F32, magnitude, N);
        Rule rule = (u, m) -> {
            double[] p = Draw.plus(Draw.times(Draw.minus(u, parts.decoderBias), parts.encoder), gate);
            double[] above = new double[N];
            for (int f = 0; f < N; f++) {
                above[f] = Math.min(p[f] * exp[f], m[f]);
            }
            return above;
        };
        add(
                        "GatedAutoEncoder",
                        "",
                        file,
                        new Equations(
                                u -> Draw.plus(
                                        Draw.each(Draw.times(Draw.minus(u, parts.decoderBias), parts.encoder), exp),
                                        magnitude),
                                rule))
                .trap(
                        "the bias not subtracted",
                        new Equations(u -> Draw.plus(Draw.each(Draw.times(u, parts.encoder), exp), magnitude), rule));
    }

    private void jumprelu() throws IOException {
        add(
                        "JumpReluAutoEncoder",
                        "",
                        plain().add("threshold", F32, parts.theta, N),
                        new Equations(parts::pre, parts.jump()))
                .trap("b_dec subtracted", new Equations(parts::subtracted, parts.jump()));
    }

    private void topk() throws IOException {
        TorchWriter file =
                linear("b_dec").add("k", TensorType.I32, new float[] {K}).add("threshold", F32, new float[] {2});
        add("AutoEncoderTopK", "", file, new Equations(parts::subtracted, Rule.largest(K, 1)))
                .trap("the threshold used", new Equations(parts::subtracted, Rule.jump(2)));
    }

    private void batchTopK(float threshold) throws IOException {
        TorchWriter file = linear("b_dec")
                .add("k", TensorType.I32, new float[] {K})
                .add("threshold", F32, new float[] {threshold});
        FamilyCase added =
                add("BatchTopKSAE", ", \"k\": " + K, file, new Equations(parts::subtracted, Rule.jump(threshold)));
        added.trap("k per row", new Equations(parts::subtracted, Rule.largest(K, 1)));
        if (threshold > 0) {
            added.trap("loaded as relu", new Equations(parts::subtracted, Rule.relu()));
        }
    }

    private void matryoshka() throws IOException {
        TorchWriter file = plain().add("k", TensorType.I32, new float[] {K})
                .add("threshold", F32, new float[] {0.7f})
                .add("group_sizes", TensorType.I64, new float[] {8, 100}, 2);
        add("MatryoshkaBatchTopKSAE", "", file, new Equations(parts::subtracted, Rule.jump(0.7f)))
                .trap("loaded as relu", new Equations(parts::subtracted, Rule.relu()));
    }
}
