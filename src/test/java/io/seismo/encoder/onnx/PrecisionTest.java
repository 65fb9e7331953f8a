package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.encoder.check.PrecisionCheck;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Precision;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.WeightsException;
import io.seismo.wire.Dtype;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Coarser weights: rounded as the types say, in integers as the naive arithmetic says, and no row on its neighbours. */
class PrecisionTest {

    private static final int D = 48;
    private static final int WIDTH = 160;
    private static final int ROWS = 12;

    private final EncoderWeights weights = TestWeights.random(D, WIDTH, new Activation.Relu(), InputNorm.NONE);

    private Encoder open(List<Integer> watched, Precision precision) {
        return OnnxEncoders.open(weights, watched, true, Dtype.DTYPE_F32, Arithmetic.in(precision));
    }

    private static SparseRows full(Encoder encoder, Rows rows, int from, int to) {
        BitSet all = new BitSet();
        all.set(0, to - from);
        SparseRows out = new SparseRows();
        encoder.full(rows.slice(from, to), all, out);
        return out;
    }

    private static Map<Integer, Float> row(SparseRows sparse, int row) {
        Map<Integer, Float> fired = new TreeMap<>();
        for (int e = sparse.start(row); e < sparse.end(row); e++) {
            fired.put(sparse.feature(e), sparse.value(e));
        }
        return fired;
    }

    @ParameterizedTest
    @CsvSource({
        "BF16, 1.00390625, 1.0",
        "BF16, 1.01171875, 1.015625",
        "BF16, -3.1415927, -3.140625",
        "BF16, 0, 0",
        "FP16, 1.00048828125, 1.0",
        "FP16, 1.00146484375, 1.001953125",
        "FP16, -3.1415927, -3.140625",
        "FP16, 1e-7, 1.1920929E-7",
        "FP16, 2e-8, 0",
        "FP16, 65519, 65504",
        "INT8, 1.1, 1.1"
    })
    void shouldRoundToTheNearestOfTheTypeAndTiesToEven(Precision precision, float value, float expected) {
        assertThat(Rounding.round(precision, value)).isEqualTo(expected);
    }

    @Test
    void shouldRefuseAWeightThatFp16CannotHold() {
        assertThatThrownBy(() -> Rounding.round(Precision.FP16, 65_520)).isInstanceOf(WeightsException.class);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldGiveTheSameBitsWhateverTheNeighbours(Precision precision) {
        float[][] values = Rows.random(Dtype.DTYPE_F32, ROWS, D, 4).values();
        values[5][7] = 4000;
        Rows rows = Rows.of(Dtype.DTYPE_F32, values);
        try (Encoder encoder = open(List.of(), precision)) {
            SparseRows together = full(encoder, rows, 0, ROWS);
            for (int r = 0; r < ROWS; r++) {
                assertThat(row(full(encoder, rows, r, r + 1), 0)).isEqualTo(row(together, r));
            }
            assertThat(row(together, 0)).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldWatchTheSameBitsAloneAndBesideAGiant(Precision precision) {
        float[][] values = Rows.random(Dtype.DTYPE_F32, ROWS, D, 4).values();
        Rows quiet = Rows.of(Dtype.DTYPE_F32, values);
        values[5][7] = 4000;
        Rows giant = Rows.of(Dtype.DTYPE_F32, values);
        float[] beside = new float[ROWS * 3];
        float[] without = new float[ROWS * 3];
        float[] alone = new float[3];
        try (Encoder encoder = open(List.of(0, 7, 150), precision)) {
            encoder.watch(giant.block(), beside, 0, 3);
            encoder.watch(quiet.block(), without, 0, 3);
            for (int r = 0; r < ROWS; r++) {
                float[] row = Arrays.copyOfRange(beside, r * 3, r * 3 + 3);
                encoder.watch(giant.slice(r, r + 1), alone, 0, 3);
                assertThat(alone).containsExactly(row);
                if (r != 5) {
                    assertThat(Arrays.copyOfRange(without, r * 3, r * 3 + 3)).containsExactly(row);
                }
            }
        }
        assertThat(without).as("the giant itself").isNotEqualTo(beside);
    }

    @Test
    void shouldWatchTheVeryIntegersThatTheFullGraphGives() {
        Rows rows = Rows.random(Dtype.DTYPE_F32, ROWS, D, 4);
        float[] watched = new float[ROWS * 3];
        try (Encoder encoder = open(List.of(0, 7, 150), Precision.INT8)) {
            encoder.watch(rows.block(), watched, 0, 3);
            SparseRows full = full(encoder, rows, 0, ROWS);
            for (int r = 0; r < ROWS; r++) {
                Map<Integer, Float> fired = row(full, r);
                assertThat(Arrays.copyOfRange(watched, r * 3, r * 3 + 3))
                        .containsExactly(
                                fired.getOrDefault(0, 0f), fired.getOrDefault(7, 0f), fired.getOrDefault(150, 0f));
            }
        }
    }

    @Test
    void shouldNameThePrecisionInTheFingerprint() {
        List<String> prints = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            try (Encoder encoder = open(List.of(1), precision)) {
                prints.add(encoder.fingerprint());
            }
        }
        assertThat(prints).doesNotHaveDuplicates();
    }

    /** Two products of extremes exceed 16 bits, in which some processors add them up unless told otherwise. */
    @Test
    void shouldNotSaturateWhateverTheProcessor() {
        float[][] ones = new float[D][1];
        float[][] row = new float[1][D];
        for (int i = 0; i < D; i++) {
            ones[i][0] = 1;
            row[0][i] = 3;
        }
        EncoderWeights flat = TestWeights.of(ones, new float[1], new Activation.Relu(), InputNorm.NONE);
        float[] out = new float[1];
        try (Encoder encoder =
                OnnxEncoders.open(flat, List.of(0), false, Dtype.DTYPE_F32, Arithmetic.in(Precision.INT8))) {
            encoder.watch(Rows.of(Dtype.DTYPE_F32, row).block(), out, 0, 1);
        }
        assertThat(out[0]).isCloseTo(3 * D, within(1e-3f));
    }

    /**
     * What a GPU would be given. Of these the processor runs fp16 alone, in fp32 and without roundings that the runtime put
     * there itself, so rows are of that type already.
     */
    @Test
    void shouldMultiplyInHalvesAndCompareInFp32WhenTheGraphIsOfThatType() {
        Rows rows = Rows.random(Dtype.DTYPE_F16, ROWS, D, 4);
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_F16, D, WIDTH, Ending.PLAIN, Precision.FP16);
        OrtGraphSession.Weights given = new OrtGraphSession.Weights(
                weights.matrix(),
                Packing.PACKED,
                OrtGraphSession.direct(weights.bias()),
                OrtGraphSession.direct(weights.bias()));
        float[] pre = new float[WIDTH];
        try (LoadedGraph loaded = new LoadedGraph(
                OrtGraphSession.open(OnnxRuntime.get().environment(), graph, given),
                graph,
                new LoadedGraph.Around(InputNorm.NONE, new Activation.Linear(), new float[WIDTH]),
                RunSizes.AS_THEY_COME)) {
            loaded.each(rows.block(), (space, slot, row) -> {
                space.result(slot, pre, 0);
                for (int f = 0; f < WIDTH; f++) {
                    double sum = 0;
                    for (int i = 0; i < D; i++) {
                        float w =
                                Rounding.round(Precision.FP16, weights.matrix().get(i, f));
                        sum += (double) rows.values()[row][i] * w;
                    }
                    // Half a step of the product in fp16, and then the bias in fp32.
                    double step = Math.scalb(1.0, Math.max(-14, Math.getExponent(sum)) - 10);
                    assertThat(pre[f] - weights.bias()[f]).isCloseTo((float) sum, within((float) (0.6 * step)));
                }
            });
        }
    }

    @Test
    void shouldAgreeWithNaiveIntegersWhenQuantised() {
        Rows rows = Rows.random(Dtype.DTYPE_F32, ROWS, D, 4);
        try (Encoder encoder = open(List.of(), Precision.INT8)) {
            SparseRows found = full(encoder, rows, 0, ROWS);
            int compared = 0;
            for (int r = 0; r < ROWS; r++) {
                double[] pre = naive(rows.values()[r]);
                for (Map.Entry<Integer, Float> fired : row(found, r).entrySet()) {
                    assertThat((double) fired.getValue()).isCloseTo(pre[fired.getKey()], within(1e-4));
                    compared++;
                }
            }
            assertThat(compared).isGreaterThan(ROWS * WIDTH / 4);
        }
    }

    private double[] naive(float[] x) {
        float largest = 0;
        for (float value : x) {
            largest = Math.max(largest, Math.abs(value));
        }
        float s = largest / 127;
        double[] pre = new double[WIDTH];
        for (int f = 0; f < WIDTH; f++) {
            float column = 0;
            for (int i = 0; i < D; i++) {
                column = Math.max(column, Math.abs(weights.matrix().get(i, f)));
            }
            column /= 127;
            long sum = 0;
            for (int i = 0; i < D; i++) {
                sum += Math.round(Math.rint(x[i] / s))
                        * Math.round(Math.rint(weights.matrix().get(i, f) / column));
            }
            pre[f] = sum * (double) s * column + weights.bias()[f];
        }
        return pre;
    }

    @Test
    void shouldCountFlipsAndDifferencesAgainstFp32() {
        Rows rows = Rows.random(Dtype.DTYPE_F32, 400, D, 6);
        PrecisionCheck.Result itself = compare(rows, Precision.FP32);
        PrecisionCheck.Result fp16 = compare(rows, Precision.FP16);
        PrecisionCheck.Result int8 = compare(rows, Precision.INT8);

        assertThat(itself.gained() + itself.lost()).isZero();
        assertThat(itself.worst()).isZero();
        assertThat(itself.fired()).isEqualTo(int8.fired()).isPositive();
        assertThat(fp16.worst()).isPositive().isLessThan(int8.worst() / 10);
        assertThat(int8.gained()).isPositive();
        assertThat(int8.lost()).isPositive();
        assertThat(int8.outside()).isPositive();
        assertThat(int8.inside() + int8.outside()).isEqualTo(int8.gained() + int8.lost());
    }

    private PrecisionCheck.Result compare(Rows rows, Precision precision) {
        PrecisionCheck check = new PrecisionCheck(weights);
        try (Encoder fine = open(List.of(), Precision.FP32);
                Encoder coarse = open(List.of(), precision);
                OnnxPreActivations pre = OnnxEncoders.preActivations(weights, Dtype.DTYPE_F32)) {
            check.add(rows.block(), full(fine, rows, 0, 400), full(coarse, rows, 0, 400), pre::row);
        }
        return check.result();
    }
}
