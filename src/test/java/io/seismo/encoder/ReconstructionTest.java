package io.seismo.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder leaves of rows, live, against the equations written out over all features in double precision. */
class ReconstructionTest {

    private static final int ROWS = 32;
    private static final String FAMILIES = "src/test/resources/families/";

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
                "matryoshka-scaled"
            })
    void shouldLeaveWhatTheEquationsLeave(String family) {
        String location = Path.of(FAMILIES, family).toString();
        EncoderWeights weights = WeightLoader.load(location);
        Decoder decoder = WeightLoader.decoder(location).orElseThrow();
        for (Dtype dtype : List.of(Dtype.DTYPE_F32, Dtype.DTYPE_BF16)) {
            Rows rows = Rows.random(dtype, ROWS, weights.dIn(), 5);
            RowErrors live = live(weights, decoder, weights.norm(), rows);
            int fired = 0;
            for (int r = 0; r < ROWS; r++) {
                double[] features = new NaiveEncoder(weights).encode(rows.block(), r);
                fired += features.length;
                double[] x = NaiveEncoder.decode(rows.block(), r);
                double error = meanSquare(x, decoder, features, weights.norm());
                double deviation = meanSquare(x, decoder, new double[features.length], weights.norm());
                assertThat(live.error(r)).isCloseTo(error, within(1e-5 * (error + deviation)));
                assertThat(live.deviation(r)).isCloseTo(deviation, within(1e-9 * deviation));
            }
            assertThat(fired).isPositive();
        }
    }

    /** Control: a norm that is not undone, or a scale of features that is left out, is seen. */
    @ParameterizedTest
    @ValueSource(
            strings = {"standard-layer-norm", "standard-constant-norm", "gated-constant-norm", "jumprelu-layer-norm"})
    void shouldLeaveSomethingElseWhenTheNormIsNotUndone(String family) {
        String location = Path.of(FAMILIES, family).toString();
        EncoderWeights weights = WeightLoader.load(location);
        Decoder decoder = WeightLoader.decoder(location).orElseThrow();
        Rows rows = Rows.random(Dtype.DTYPE_F32, ROWS, weights.dIn(), 5);
        RowErrors right = live(weights, decoder, weights.norm(), rows);
        RowErrors wrong = live(weights, decoder, InputNorm.NONE, rows);
        int differing = 0;
        for (int r = 0; r < ROWS; r++) {
            differing += Math.abs(right.error(r) - wrong.error(r)) > 0.01 * right.error(r) ? 1 : 0;
        }
        assertThat(differing).isGreaterThan(ROWS / 2);
    }

    @ParameterizedTest
    @EnumSource(InputNorm.class)
    void shouldLeaveNothingButTheBiasOfARowWhenNothingFires(InputNorm norm) {
        EncoderWeights weights = WeightLoader.load(FAMILIES + "standard");
        Decoder decoder = WeightLoader.decoder(FAMILIES + "standard").orElseThrow();
        Rows rows = Rows.random(Dtype.DTYPE_F32, 4, weights.dIn(), 6);
        SparseRows nothing = new SparseRows();
        for (int r = 0; r < 4; r++) {
            nothing.endRow();
        }
        Reconstruction reconstruction = new Reconstruction(decoder, norm);
        for (int r = 0; r < 4; r++) {
            double[] x = NaiveEncoder.decode(rows.block(), r);
            double expected = x.length * meanSquare(x.clone(), decoder, new double[weights.width()], norm);
            reconstruction.rebuild(x, nothing, r);
            assertThat(reconstruction.error()).isEqualTo(reconstruction.deviation());
            assertThat(reconstruction.error()).isCloseTo(expected, within(1e-9 * expected));
        }
    }

    @Test
    void shouldLeaveRowsThatWereNotChosenAtZeroAndGiveTheSameBitsInAnyBatch() {
        EncoderWeights weights = WeightLoader.load(FAMILIES + "standard");
        Decoder decoder = WeightLoader.decoder(FAMILIES + "standard").orElseThrow();
        Rows rows = Rows.random(Dtype.DTYPE_BF16, ROWS, weights.dIn(), 8);
        RowErrors all = live(weights, decoder, weights.norm(), rows);
        BitSet some = new BitSet();
        some.set(3);
        some.set(17, 20);
        SparseRows fired = new SparseRows();
        RowErrors few = new RowErrors();
        NaiveEncoder sae = new NaiveEncoder(weights);
        try (RebuildingEncoder encoder = new RebuildingEncoder(
                OnnxEncoders.open(weights, List.of(), true, Dtype.DTYPE_BF16), decoder, weights.norm())) {
            encoder.full(rows.block(), some, fired);
            encoder.errors(rows.block(), some, fired, few);
            assertThat(encoder.fingerprint()).doesNotContain("decoder");
        }
        for (int r = 0; r < ROWS; r++) {
            assertThat(few.error(r)).isEqualTo(some.get(r) ? all.error(r) : 0);
        }
        assertThat(sae.rebuilds()).isFalse();
        assertThatThrownBy(() -> sae.errors(rows.block(), some, fired, few))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("without a decoder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transcoder", "skip-transcoder", "jumprelu-transcoder", "jumprelu-skip-transcoder"})
    void shouldKnowThatATranscodersOutputIsNotItsInput(String family) {
        assertThat(WeightLoader.decodes(FAMILIES + family)).isFalse();
        assertThat(WeightLoader.decodes(FAMILIES + "standard")).isTrue();
        assertThat(WeightLoader.decodes("demo/sae")).isTrue();
        assertThat(WeightLoader.decodes("demo/phishing.safetensors")).isFalse();
    }

    @Test
    void shouldRefuseADecoderOfAnotherSae() {
        EncoderWeights weights = WeightLoader.load("demo/sae");
        Decoder other = WeightLoader.decoder(FAMILIES + "standard").orElseThrow();
        assertThatThrownBy(() -> new RebuildingEncoder(new NaiveEncoder(weights), other, weights.norm()))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("does not belong to an SAE of 2048 features");
    }

    private static RowErrors live(EncoderWeights weights, Decoder decoder, InputNorm norm, Rows rows) {
        BitSet all = new BitSet();
        all.set(0, ROWS);
        SparseRows fired = new SparseRows();
        RowErrors errors = new RowErrors();
        Dtype dtype = rows.block().dtype();
        try (RebuildingEncoder encoder =
                new RebuildingEncoder(OnnxEncoders.open(weights, List.of(), true, dtype), decoder, norm)) {
            encoder.full(rows.block(), all, fired);
            encoder.errors(rows.block(), all, fired, errors);
        }
        return errors;
    }

    /** {@code ‖x − norm_out(f @ D + b)‖² / d}, dense and in the order of the formula. */
    private static double meanSquare(double[] x, Decoder decoder, double[] features, InputNorm norm) {
        double mean = 0;
        double length = 0;
        for (double value : x) {
            mean += value / x.length;
            length = Math.hypot(length, value);
        }
        double spread = 0;
        for (double value : x) {
            spread = Math.hypot(spread, value - mean);
        }
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double given = decoder.bias()[i];
            for (int f = 0; f < features.length; f++) {
                given += Math.max(0, features[f])
                        * decoder.scale()[f]
                        * decoder.rows().get(f, i);
            }
            double back = switch (norm) {
                case NONE -> given;
                case CENTRE -> given + mean;
                case LAYER_NORM -> given * (spread / Math.sqrt(x.length - 1)) + mean;
                case CONSTANT_NORM -> given * length / Math.sqrt(x.length);
            };
            sum += (x[i] - back) * (x[i] - back) / x.length;
        }
        return sum;
    }
}
