package io.seismo.encoder.onnx;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.Callable;

/**
 * The encoder beside the bare runtime, call by call in turn, in processor time of the calling thread.
 *
 * <p>The runtime computes on the calling thread, so its processor time is all there is; taking turns lets both meet the
 * same neighbours. Medians, which a busy machine moves little compared with wall-clock means.
 */
public final class EncoderRatio {

    private static final int WARM_UP = 300;
    private static final int TURNS = 600;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private EncoderRatio() {}

    /** Prints one line for each number of rows. */
    public static void main(String[] arguments) throws Exception {
        EncoderBenchmark benchmark = new EncoderBenchmark();
        for (int rows : new int[] {1, 32, 128}) {
            EncoderBenchmark.Full full = new EncoderBenchmark.Full();
            EncoderBenchmark.Bare bare = new EncoderBenchmark.Bare();
            EncoderBenchmark.Watch watch = new EncoderBenchmark.Watch();
            full.rows = rows;
            bare.rows = rows;
            watch.rows = rows;
            full.open();
            bare.open();
            watch.open();
            double[] micros = micros(
                    TURNS,
                    WARM_UP,
                    () -> benchmark.full(full),
                    () -> benchmark.bareRuntime(bare),
                    () -> benchmark.watch(watch));
            System.out.printf(
                    "rows %3d: full %7.1f us (%,.0f tokens/s), bare runtime %7.1f us, ratio %.2f; watch 256 of 65,536 %7.1f us"
                            + " (%,.0f tokens/s)%n",
                    rows,
                    micros[0],
                    rows * 1e6 / micros[0],
                    micros[1],
                    micros[0] / micros[1],
                    micros[2],
                    rows * 1e6 / micros[2]);
            full.close();
            bare.close();
            watch.close();
        }
    }

    /** Medians of the processor time of each, in turns. */
    @SafeVarargs
    static double[] micros(int turns, int warmUp, Callable<Object>... calls) throws Exception {
        double[][] times = new double[calls.length][turns];
        for (int turn = -warmUp; turn < turns; turn++) {
            for (int c = 0; c < calls.length; c++) {
                long before = THREADS.getCurrentThreadCpuTime();
                calls[c].call();
                if (turn >= 0) {
                    times[c][turn] = (THREADS.getCurrentThreadCpuTime() - before) / 1e3;
                }
            }
        }
        return Arrays.stream(times)
                .mapToDouble(each -> Arrays.stream(each).sorted().toArray()[turns / 2])
                .toArray();
    }
}
