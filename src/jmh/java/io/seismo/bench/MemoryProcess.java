package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.Packing;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * One full graph in a process of its own: what it takes of memory and time.
 *
 * <p>Arguments: the SAE, a {@link Packing}. Prints lines of a name and a number.
 */
public final class MemoryProcess {

    static final int[] BATCHES = {1, 32, 128};

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int RUNS = 5;

    private MemoryProcess() {}

    public static void main(String[] arguments) throws IOException {
        // The runtime itself, and the classes of the path, are not what is measured.
        try (Encoder first = OnnxEncoders.open("demo/sae", List.of(), true, Dtype.DTYPE_F32)) {
            run(first, rows(2, first.dIn()));
        }
        long anonymous = status("RssAnon");
        long total = status("VmRSS");
        long begin = THREADS.getCurrentThreadCpuTime();
        EncoderWeights weights = WeightLoader.load(arguments[0]);
        print("load", seconds(begin));
        begin = THREADS.getCurrentThreadCpuTime();
        try (Encoder encoder =
                OnnxEncoders.open(weights, List.of(), true, Dtype.DTYPE_F32, Packing.valueOf(arguments[1]))) {
            print("open", seconds(begin));
            for (int batch : BATCHES) {
                print("tokens" + batch, batch / seconds(encoder, rows(batch, weights.dIn())));
            }
            System.gc();
            print("anonymous", (status("RssAnon") - anonymous) / 1024.0);
            print("resident", (status("VmRSS") - total) / 1024.0);
        }
    }

    private static double seconds(Encoder encoder, RowBlock rows) {
        double[] times = new double[RUNS];
        run(encoder, rows);
        for (int i = 0; i < RUNS; i++) {
            long begin = THREADS.getCurrentThreadCpuTime();
            run(encoder, rows);
            times[i] = seconds(begin);
        }
        Arrays.sort(times);
        return times[RUNS / 2];
    }

    private static void run(Encoder encoder, RowBlock rows) {
        BitSet all = new BitSet();
        all.set(0, rows.rows());
        encoder.full(rows, all, new SparseRows());
    }

    private static RowBlock rows(int count, int dIn) {
        Random random = new Random(count);
        ByteBuffer values = ByteBuffer.allocateDirect(count * dIn * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putFloat((float) random.nextGaussian());
        }
        return new RowBlock(values.flip(), Dtype.DTYPE_F32, count, dIn);
    }

    private static double seconds(long begin) {
        return (THREADS.getCurrentThreadCpuTime() - begin) / 1e9;
    }

    /** KiB. */
    private static long status(String field) throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/self/status tells no " + field);
    }

    private static void print(String name, double value) {
        System.out.println(name + " " + value);
    }
}
