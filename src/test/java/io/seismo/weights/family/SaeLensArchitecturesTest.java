package io.seismo.weights.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.Rows;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Matrix;
import io.seismo.weights.file.Safetensors;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SAELens 6.54 itself encodes, in fp32, written by {@code make_golden_saes.py}: SAEs and unfolded checkpoints. */
class SaeLensArchitecturesTest {

    private static final Path GOLDEN = Path.of("src/test/resources/families");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "standard",
                "standard-no-b-dec",
                "standard-layer-norm",
                "standard-constant-norm",
                "standard-checkpoint-scaled",
                "gated",
                "gated-constant-norm",
                "jumprelu",
                "jumprelu-layer-norm",
                "topk",
                "topk-rescaled",
                "topk-checkpoint-scaled",
                "batchtopk",
                "batchtopk-plain",
                "batchtopk-scaled",
                "matryoshka",
                "matryoshka-scaled",
                "transcoder",
                "skip-transcoder",
                "jumprelu-transcoder",
                "jumprelu-skip-transcoder",
            })
    void shouldEncodeAsSaeLensDoesWhenItWroteTheFiles(String name) {
        Path directory = GOLDEN.resolve(name);
        double worst = worst(directory, directory);

        System.out.printf("SAELens golden %s: worst ratio %.3f%n", name, worst);
        assertThat(worst).isLessThan(1);
    }

    @Test
    void shouldDifferWhenComparedWithAnotherSae() {
        assertThat(worst(GOLDEN.resolve("gated"), GOLDEN.resolve("gated-constant-norm")))
                .isGreaterThan(1);
    }

    /** Largest |Δ| over {@code 8·√d·2⁻²⁴·(‖u‖·‖w_i‖ + |c_i|)}, infinite where only one of the two fires. */
    private static double worst(Path sae, Path expected) {
        EncoderWeights weights = WeightLoader.load(sae.toString());
        NaiveEncoder encoder = new NaiveEncoder(weights);
        Safetensors golden = Safetensors.read(ByteSource.file(expected.resolve("golden.safetensors")));
        Matrix x = Matrix.of(golden.require("x"));
        Matrix features = Matrix.of(golden.require("features"));
        double worst = 0;
        int fired = 0;
        for (int r = 0; r < x.rows(); r++) {
            float[] row = new float[x.columns()];
            x.row(r, row);
            double[] own = encoder.encode(Rows.of(Dtype.DTYPE_F32, row).block(), 0);
            // After any norm a row is no longer than √d or itself.
            double length = Math.sqrt(Math.max(
                    row.length,
                    Arrays.stream(SaeLensCases.doubles(row)).map(v -> v * v).sum()));
            for (int f = 0; f < own.length; f++) {
                double theirs = features.get(r, f);
                double band =
                        8 * Math.sqrt(row.length) * 0x1p-24 * (length * norm(weights, f) + Math.abs(weights.bias()[f]));
                boolean apart = own[f] > 0 != theirs > 0 && Math.max(own[f], theirs) > band;
                worst = Math.max(worst, apart ? Double.POSITIVE_INFINITY : Math.abs(own[f] - theirs) / band);
                fired += theirs > 0 ? 1 : 0;
            }
        }
        assertThat(fired).isBetween(x.rows(), features.rows() * features.columns() - 1);
        return worst;
    }

    private static double norm(EncoderWeights weights, int f) {
        double norm = 0;
        for (int i = 0; i < weights.dIn(); i++) {
            norm = Math.hypot(norm, weights.matrix().get(i, f));
        }
        return norm;
    }
}
