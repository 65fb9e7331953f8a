package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Precision;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Results made sparse in the graph, as on a GPU, against those found in Java among all pre-activations: bit for bit, both on
 * the processor.
 */
class SparseResultTest {

    private static final int D = 48;
    private static final int ROWS = 60;

    static Stream<Arguments> cases() {
        float[] high = new float[1000];
        for (int f = 0; f < high.length; f++) {
            high[f] = f % 8 == 0 ? -1 : 1.5f + f % 5;
        }
        return Stream.of(
                Arguments.of(77, new Activation.Relu(), Precision.FP32),
                Arguments.of(1000, new Activation.JumpRelu(high), Precision.FP32),
                Arguments.of(1000, new Activation.JumpRelu(high), Precision.INT8),
                Arguments.of(64, new Activation.TopK(1), Precision.FP32),
                Arguments.of(1000, new Activation.TopK(20), Precision.FP32),
                Arguments.of(1000, new Activation.TopK(20), Precision.INT8),
                Arguments.of(90, new Activation.TopK(90), Precision.FP32),
                Arguments.of(90, new Activation.GroupMax(9), Precision.FP32),
                Arguments.of(3, new Activation.Linear(), Precision.FP32));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveTheBitsOfTheDenseScan(int width, Activation activation, Precision precision) {
        EncoderWeights weights = TestWeights.random(D, width, activation, InputNorm.NONE);
        RowBlock rows = Rows.random(Dtype.DTYPE_BF16, ROWS, D, width).block();
        BitSet chosen = some(width);
        List<Integer> watched = List.of(0, width / 2, width - 1);
        try (Encoder dense = OnnxEncoders.open(weights, watched, true, Dtype.DTYPE_BF16, Arithmetic.in(precision));
                Encoder sparse = OnnxEncoders.openSparse(weights, watched, Dtype.DTYPE_BF16, precision)) {
            List<String> expected = full(dense, rows, chosen);
            assertThat(full(sparse, rows, chosen)).isEqualTo(expected);
            assertThat(expected).isNotEmpty();
            assertThat(full(sparse, rows, new BitSet())).isEmpty();
            float[] plain = watch(dense, rows);
            assertThat(watch(sparse, rows)).containsExactly(plain);
            if (!(activation instanceof Activation.GroupMax)) {
                assertThat(sparse.fingerprint()).isNotEqualTo(dense.fingerprint());
            }
        }
    }

    /** Of equals the lower feature is kept, as everywhere; and what is not above 0 never fires. */
    @Test
    void shouldKeepTheSameOfEqualsAmongTheLargest() {
        EncoderWeights weights = TestWeights.identity(9, new Activation.TopK(4));
        Rows rows = Rows.of(
                Dtype.DTYPE_F32,
                new float[] {2, 7, 2, 2, 1, 2, 2, 0, 2},
                new float[] {0, -1, 3, 0, -0f, 0, 0, 0, 0},
                new float[] {-1, -1, -1, -1, -1, -1, -1, -1, -1},
                new float[] {5, 5, 5, 5, 5, 5, 5, 5, 5});
        BitSet all = new BitSet();
        all.set(0, 4);
        List<Integer> every = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8);
        try (Encoder dense = OnnxEncoders.open(weights, every, true, Dtype.DTYPE_F32);
                Encoder sparse = OnnxEncoders.openSparse(weights, every, Dtype.DTYPE_F32, Precision.FP32)) {
            assertThat(full(sparse, rows.block(), all))
                    .isEqualTo(full(dense, rows.block(), all))
                    .hasSize(4 + 1 + 4);
            float[] expected = new float[36];
            float[] found = new float[36];
            dense.watch(rows.block(), expected, 0, 9);
            sparse.watch(rows.block(), found, 0, 9);
            assertThat(found).containsExactly(expected);
        }
    }

    /** Control: a comparison that is not strict would be seen. */
    @Test
    void shouldNotFireWhereAPreActivationEqualsItsThreshold() {
        EncoderWeights weights = TestWeights.identity(3, new Activation.JumpRelu(new float[] {2, 2, 2}));
        Rows rows = Rows.of(Dtype.DTYPE_F32, new float[] {2, Math.nextUp(2f), Float.NaN});
        BitSet all = new BitSet();
        all.set(0);
        try (Encoder sparse = OnnxEncoders.openSparse(weights, List.of(), Dtype.DTYPE_F32, Precision.FP32)) {
            SparseRows out = new SparseRows();
            sparse.full(
                    Rows.of(Dtype.DTYPE_F32, new float[] {2, Math.nextUp(2f), 0})
                            .block(),
                    all,
                    out);
            assertThat(out.end(0)).isEqualTo(1);
            assertThat(out.feature(0)).isEqualTo(1);
            sparse.full(rows.block(), all, out);
            assertThat(out.end(0))
                    .as("what is not a number makes the whole row none")
                    .isZero();
        }
    }

    private static BitSet some(int seed) {
        Random random = new Random(seed);
        BitSet chosen = new BitSet();
        for (int r = 0; r < ROWS; r++) {
            chosen.set(r, random.nextInt(3) > 0);
        }
        return chosen;
    }

    private static float[] watch(Encoder encoder, RowBlock rows) {
        float[] out = new float[ROWS * 3];
        encoder.watch(rows, out, 0, 3);
        return out;
    }

    private static List<String> full(Encoder encoder, RowBlock rows, BitSet chosen) {
        SparseRows out = new SparseRows();
        encoder.full(rows, chosen, out);
        assertThat(out.rows()).isEqualTo(rows.rows());
        List<String> all = new ArrayList<>();
        for (int r = 0; r < out.rows(); r++) {
            for (int e = out.start(r); e < out.end(r); e++) {
                all.add(r + "/" + out.feature(e) + "=" + Integer.toHexString(Float.floatToRawIntBits(out.value(e))));
            }
        }
        return all;
    }
}
