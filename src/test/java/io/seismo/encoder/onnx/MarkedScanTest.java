package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Features marked in the graph, against the comparison in Java over every pre-activation. */
class MarkedScanTest {

    private static final float[] ODD = {
        0f, -0f, Float.NaN, Float.MIN_VALUE, -Float.MIN_VALUE, 1.5f, Math.nextUp(1.5f), Float.POSITIVE_INFINITY, -3f
    };

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 63, 64, 65, 200, 3072})
    void shouldFindWhatThePlainScanFindsWhateverTheWidth(int width) {
        Random random = new Random(width);
        float[] theta = thresholds(random, width);
        Activation jump = new Activation.JumpRelu(theta);
        SparseScan scan = new SparseScan(jump, SparseScan.limits(jump, width));
        int rows = 20;
        float[][] pre = new float[rows][width];
        ByteBuffer fired = ByteBuffer.allocateDirect(rows * width).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer results = FloatBuffer.allocate(rows * width);
        for (int r = 0; r < rows; r++) {
            for (int f = 0; f < width; f++) {
                pre[r][f] = random.nextInt(4) == 0 ? ODD[random.nextInt(ODD.length)] : (float) random.nextGaussian();
                results.put(r * width + f, pre[r][f]);
                fired.put(r * width + f, (byte) (pre[r][f] > Math.max(theta[f], 0f) ? 1 : 0));
            }
        }
        SparseRows plain = new SparseRows();
        SparseRows marked = new SparseRows();
        for (int r = 0; r < rows; r++) {
            scan.sparse(pre[r], plain);
            scan.marked(fired, results, r, marked);
        }
        assertThat(entries(marked)).isEqualTo(entries(plain));
        assertThat(plain.end(rows - 1)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 64, 77, 1000})
    void shouldGiveTheBitsOfAGraphWithoutMarks(int width) {
        Random random = new Random(width);
        EncoderWeights weights =
                TestWeights.random(48, width, new Activation.JumpRelu(thresholds(random, width)), InputNorm.NONE);
        RowBlock rows = Rows.random(Dtype.DTYPE_BF16, 60, 48, width).block();
        BitSet chosen = new BitSet();
        IntStream.range(0, 60).filter(r -> random.nextInt(3) > 0).forEach(chosen::set);
        float[] control = new float[60 * width];
        SparseRows out = new SparseRows();
        List<Integer> all = IntStream.range(0, width).boxed().toList();
        try (Encoder encoder = OnnxEncoders.open(weights, all, true, Dtype.DTYPE_BF16)) {
            // The watch graph of all columns has no marks, and leaves 0 where nothing fires.
            encoder.watch(rows, control, 0, width);
            encoder.full(rows, chosen, out);
        }
        List<String> expected = new ArrayList<>();
        for (int r = 0; r < 60; r++) {
            for (int f = 0; chosen.get(r) && f < width; f++) {
                if (control[r * width + f] > 0) {
                    expected.add(entry(r, f, control[r * width + f]));
                }
            }
        }
        assertThat(out.rows()).isEqualTo(60);
        assertThat(expected).isNotEmpty().hasSizeLessThan(60 * width / 2);
        assertThat(entries(out)).isEqualTo(expected);
    }

    @Test
    void shouldBeSeenWhenAMarkIsMissing() {
        Activation relu = new Activation.Relu();
        SparseScan scan = new SparseScan(relu, SparseScan.limits(relu, 16));
        ByteBuffer fired = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer results = FloatBuffer.wrap(new float[16]);
        results.put(3, 1f).put(12, 2f);
        fired.put(12, (byte) 1);
        SparseRows marked = new SparseRows();
        SparseRows plain = new SparseRows();
        scan.marked(fired, results, 0, marked);
        scan.sparse(results.array(), plain);

        assertThat(entries(marked)).containsExactly(entry(0, 12, 2f)).isNotEqualTo(entries(plain));
    }

    private static float[] thresholds(Random random, int width) {
        float[] theta = new float[width];
        for (int f = 0; f < width; f++) {
            theta[f] = random.nextInt(8) == 0 ? -1f : 0.5f + random.nextFloat();
        }
        return theta;
    }

    private static List<String> entries(SparseRows rows) {
        List<String> all = new ArrayList<>();
        for (int r = 0; r < rows.rows(); r++) {
            for (int e = rows.start(r); e < rows.end(r); e++) {
                all.add(entry(r, rows.feature(e), rows.value(e)));
            }
        }
        return all;
    }

    private static String entry(int row, int feature, float value) {
        return row + "/" + feature + "=" + Integer.toHexString(Float.floatToRawIntBits(value));
    }
}
