package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where values sit exactly on a limit, tie, or are negative; the identity matrix makes pre-activations exact. */
class ActivationRulesTest {

    @Test
    void shouldNotFireWhenEqualToTheThreshold() {
        float theta = 1.25f;
        Activation jump = new Activation.JumpRelu(new float[] {theta, theta, theta, -1, -1, 0});
        float[] row = {theta, Math.nextUp(theta), Math.nextDown(theta), -0.5f, 0.5f, 0};

        assertThat(sparse(jump, row)).containsExactly("1=" + Math.nextUp(theta), "4=0.5");
        assertThat(watched(jump, row)).containsExactly(0, Math.nextUp(theta), 0, 0, 0.5f, 0);
    }

    @Test
    void shouldNotFireWhenZeroOrNegativeUnderRelu() {
        float[] row = {0f, -0f, Float.MIN_VALUE, -1, 3};

        assertThat(sparse(new Activation.Relu(), row)).containsExactly("2=1.4E-45", "4=3.0");
        assertThat(watched(new Activation.Relu(), row)).containsExactly(0, 0, Float.MIN_VALUE, 0, 3);
    }

    @Test
    void shouldKeepLowerIndexesWhenTopKTies() {
        float[] row = {1, 5, 2, 2, 7, 2, 2};

        assertThat(sparse(new Activation.TopK(3), row)).containsExactly("1=5.0", "2=2.0", "4=7.0");
        assertThat(sparse(new Activation.TopK(4), row)).containsExactly("1=5.0", "2=2.0", "3=2.0", "4=7.0");
        assertThat(watched(new Activation.TopK(4), row)).containsExactly(0, 5, 2, 2, 7, 0, 0);
        assertThat(sparse(new Activation.TopK(2), 3, 3, 3, 3)).containsExactly("0=3.0", "1=3.0");
    }

    @Test
    void shouldDropNegativesAndZerosWhenTopKReachesThem() {
        float[] row = {-1, 0, 4, -3, 0.5f, 0};

        assertThat(sparse(new Activation.TopK(4), row)).containsExactly("2=4.0", "4=0.5");
        assertThat(sparse(new Activation.TopK(6), row)).containsExactly("2=4.0", "4=0.5");
        assertThat(watched(new Activation.TopK(1), row)).containsExactly(0, 0, 4, 0, 0, 0);
        assertThat(sparse(new Activation.TopK(2), -1, -2, -3)).isEmpty();
    }

    @Test
    void shouldKeepTheLargestOfEachGroupWhenGroupsTieOrAreNegative() {
        float[] row = {1, 5, 5, 2, -1, -2, -3, 0, 0, 0, 7, 7};
        Activation groups = new Activation.GroupMax(3);

        assertThat(sparse(groups, row)).containsExactly("1=5.0", "10=7.0");
        assertThat(watched(groups, row)).containsExactly(0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0);
        assertThat(new NaiveEncoder(TestWeights.identity(12, groups))
                        .encode(Rows.of(Dtype.DTYPE_F32, row).block(), 0))
                .containsExactly(0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0);
    }

    @Test
    void shouldKeepTheSignWhenAProbeIsWatched() {
        assertThat(watched(new Activation.Linear(), -2, 0, 3)).containsExactly(-2, 0, 3);
        assertThat(sparse(new Activation.Linear(), -2, 0, 3)).containsExactly("2=3.0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 40, 64})
    void shouldAgreeWithTheControlWhenTopKMeetsManyTies(int k) {
        Random random = new Random(k);
        for (int trial = 0; trial < 200; trial++) {
            float[] row = new float[64];
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(9) - 3;
            }
            Activation top = new Activation.TopK(k);
            SparseRows fast = new SparseRows();
            SparseScan scan = new SparseScan(top, SparseScan.limits(top, 64));
            scan.sparse(row, fast);
            double[] expected = new NaiveEncoder(TestWeights.identity(64, top))
                    .encode(Rows.of(Dtype.DTYPE_F32, row).block(), 0);
            int[] odd = IntStream.range(0, 32).map(i -> 2 * i + 1).toArray();
            float[] picked = new float[32];
            scan.pick(row, odd, picked, 0);

            assertThat(dense(fast, 0, 64)).containsExactly(expected);
            for (int c = 0; c < odd.length; c++) {
                assertThat((double) picked[c]).isEqualTo(expected[odd[c]]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CENTRE, DTYPE_BF16",
        "LAYER_NORM, DTYPE_BF16",
        "CONSTANT_NORM, DTYPE_F16",
        "LAYER_NORM, DTYPE_F32",
        "LAYER_NORM, DTYPE_F16"
    })
    void shouldAgreeWithTheControlWhenRowsAreNormalised(InputNorm norm, Dtype dtype) {
        EncoderWeights weights = TestWeights.random(96, 80, new Activation.Linear(), norm);
        List<Integer> all = IntStream.range(0, 80).boxed().toList();
        RowBlock rows = Rows.random(dtype, 20, 96, 4).block();
        float[] out = new float[20 * 80];
        try (Encoder encoder = OnnxEncoders.open(weights, all, false, dtype)) {
            encoder.watch(rows, out, 0, 80);
        }
        NaiveEncoder control = new NaiveEncoder(weights);
        for (int r = 0; r < 20; r++) {
            double[] expected = control.encode(rows, r);
            for (int f = 0; f < 80; f++) {
                assertThat((double) out[r * 80 + f]).isCloseTo(expected[f], within(2e-5));
            }
        }
    }

    private static List<String> sparse(Activation activation, float... row) {
        SparseRows out = new SparseRows();
        RowBlock rows = Rows.of(Dtype.DTYPE_F32, row).block();
        BitSet first = new BitSet();
        first.set(0);
        try (Encoder encoder =
                OnnxEncoders.open(TestWeights.identity(row.length, activation), List.of(), true, Dtype.DTYPE_F32)) {
            encoder.full(rows, first, out);
        }
        List<String> text = new ArrayList<>();
        for (int e = 0; e < out.end(0); e++) {
            text.add(out.feature(e) + "=" + out.value(e));
        }
        return text;
    }

    private static float[] watched(Activation activation, float... row) {
        float[] out = new float[row.length];
        List<Integer> all = IntStream.range(0, row.length).boxed().toList();
        try (Encoder encoder =
                OnnxEncoders.open(TestWeights.identity(row.length, activation), all, false, Dtype.DTYPE_F32)) {
            encoder.watch(Rows.of(Dtype.DTYPE_F32, row).block(), out, 0, row.length);
        }
        return out;
    }

    private static double[] dense(SparseRows rows, int row, int width) {
        double[] out = new double[width];
        for (int e = rows.start(row); e < rows.end(row); e++) {
            out[rows.feature(e)] = rows.value(e);
        }
        return out;
    }
}
