package io.seismo.encoder.onnx;

import io.seismo.encoder.RebuildingEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowErrors;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.Decoder;
import io.seismo.weights.InputNorm;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What reconstruction costs beside the full graph: frames of bf16 rows through both in turns, medians of the thread's
 * processor time, so that other work on the machine weighs on both alike.
 *
 * <p>{@code java -cp … io.seismo.encoder.onnx.ReconstructionRatio D_IN D_SAE ROWS SPREAD}; rows are Gaussian with that
 * standard deviation, which decides how many features fire.
 */
public final class ReconstructionRatio {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 21;
    private static final long LEAST_NANOS = 200_000_000;

    private ReconstructionRatio() {}

    public static void main(String[] args) throws IOException {
        int dIn = Integer.parseInt(args[0]);
        int dSae = Integer.parseInt(args[1]);
        int rows = Integer.parseInt(args[2]);
        double[] scale = new double[dSae];
        Arrays.fill(scale, 1);
        // An encoder's matrix with the sides exchanged is as good as a decoder's here.
        Decoder decoder = new Decoder(
                WeightLoader.load(BenchmarkSaes.of(dSae, dIn).toString()).matrix(), scale, new double[dIn]);
        RowBlock block = gaussian(rows, dIn, Double.parseDouble(args[3]));
        BitSet all = new BitSet();
        all.set(0, rows);
        SparseRows fired = new SparseRows();
        RowErrors errors = new RowErrors();
        try (RebuildingEncoder encoder = new RebuildingEncoder(
                OnnxEncoders.open(BenchmarkSaes.of(dIn, dSae).toString(), List.of(), true, Dtype.DTYPE_BF16),
                decoder,
                InputNorm.NONE)) {
            Runnable full = () -> encoder.full(block, all, fired);
            Runnable rebuild = () -> encoder.errors(block, all, fired, errors);
            double[] ratios = new double[ROUNDS];
            double[] micros = new double[ROUNDS];
            for (int i = -3; i < ROUNDS; i++) {
                double whole = perCall(full);
                double extra = perCall(rebuild);
                if (i >= 0) {
                    ratios[i] = extra / whole;
                    micros[i] = whole / 1e3;
                }
            }
            Arrays.sort(ratios);
            Arrays.sort(micros);
            System.out.printf(
                    Locale.ROOT,
                    "%d x %d, %d rows, L0 %.1f: full %.0f µs a frame, reconstruction %.0f %% of it (%.0f to %.0f %%)%n",
                    dIn,
                    dSae,
                    rows,
                    (double) fired.end(rows - 1) / rows,
                    micros[ROUNDS / 2],
                    100 * ratios[ROUNDS / 2],
                    100 * ratios[0],
                    100 * ratios[ROUNDS - 1]);
        }
    }

    private static double perCall(Runnable call) {
        long begin = THREADS.getCurrentThreadCpuTime();
        long spent = 0;
        int calls = 0;
        while (spent < LEAST_NANOS) {
            call.run();
            calls++;
            spent = THREADS.getCurrentThreadCpuTime() - begin;
        }
        return (double) spent / calls;
    }

    private static RowBlock gaussian(int count, int dIn, double spread) {
        Random random = new Random(count);
        ByteBuffer data = ByteBuffer.allocate(count * dIn * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count * dIn; i++) {
            data.putShort((short) (Float.floatToRawIntBits((float) (spread * random.nextGaussian())) >>> 16));
        }
        return new RowBlock(data.flip(), Dtype.DTYPE_BF16, count, dIn);
    }
}
