package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Where to look for what fires, on the processor: in Java among all pre-activations, or in the graph, as on a GPU. And what
 * it costs to watch a few features of a top-k SAE either way, and by a threshold.
 *
 * <p>Call by call in turn, in processor time of the calling thread, medians; as {@link EncoderRatio} does.
 */
public final class EndingRatio {

    private static final int ROWS = 128;
    private static final int WARM_UP = 3;
    private static final int TURNS = 15;
    private static final List<Integer> WATCHED = List.of(3, 500, 1_000, 1_500, 2_000, 2_500, 2_600, 2_700);

    private EndingRatio() {}

    /** Prints a few lines for each size. */
    public static void main(String[] arguments) throws Exception {
        measure(384, 3_072, 32);
        measure(768, 24_576, 64);
        measure(2_304, 16_384, 100);
        System.exit(0);
    }

    private static void measure(int dIn, int dSae, int k) throws Exception {
        EncoderWeights jump = WeightLoader.load(BenchmarkSaes.of(dIn, dSae).toString());
        EncoderWeights top =
                new EncoderWeights(jump.manifest(), jump.matrix(), jump.bias(), new Activation.TopK(k), jump.norm());
        RowBlock rows = GpuBench.rows(ROWS, dIn);
        System.out.printf("%,d x %,d, k = %d, %d rows a call, microseconds a token:%n", dIn, dSae, k, ROWS);
        try (Encoder java = open(jump, Arithmetic.PLAIN);
                Encoder graph = OnnxEncoders.openSparse(jump, WATCHED, Dtype.DTYPE_BF16, Precision.FP32)) {
            double[] micros = micros(full(java, rows), full(graph, rows));
            System.out.printf(
                    "  full, by thresholds: marks %.1f, sparse in the graph %.1f (%.2f)%n",
                    micros[0], micros[1], micros[1] / micros[0]);
        }
        try (Encoder java = open(top, Arithmetic.PLAIN);
                Encoder graph = OnnxEncoders.openSparse(top, WATCHED, Dtype.DTYPE_BF16, Precision.FP32);
                Encoder threshold = open(top, new Arithmetic(Device.CPU, Precision.FP32, 2))) {
            double[] micros = micros(
                    full(java, rows), full(graph, rows), watch(java, rows), watch(graph, rows), watch(threshold, rows));
            System.out.printf(
                    "  full top-k: in Java %.1f, in the graph %.1f (%.2f)%n",
                    micros[0], micros[1], micros[1] / micros[0]);
            System.out.printf(
                    "  watch %d of top-k: in Java %.1f, in the graph %.1f (%.2f), by a threshold %.2f (%.4f)%n",
                    WATCHED.size(), micros[2], micros[3], micros[3] / micros[2], micros[4], micros[4] / micros[2]);
        }
    }

    private static Encoder open(EncoderWeights weights, Arithmetic arithmetic) {
        return OnnxEncoders.open(weights, WATCHED, true, Dtype.DTYPE_BF16, arithmetic);
    }

    private static Callable<Object> full(Encoder encoder, RowBlock rows) {
        BitSet all = new BitSet();
        all.set(0, ROWS);
        SparseRows out = new SparseRows();
        return () -> {
            encoder.full(rows, all, out);
            return out;
        };
    }

    private static Callable<Object> watch(Encoder encoder, RowBlock rows) {
        float[] out = new float[ROWS * WATCHED.size()];
        return () -> {
            encoder.watch(rows, out, 0, WATCHED.size());
            return out;
        };
    }

    /** Of a token. */
    @SafeVarargs
    private static double[] micros(Callable<Object>... calls) throws Exception {
        return Arrays.stream(EncoderRatio.micros(TURNS, WARM_UP, calls))
                .map(micros -> micros / ROWS)
                .toArray();
    }
}
