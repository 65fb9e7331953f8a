package io.seismo.encoder.onnx;

import ai.onnxruntime.OrtException;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.Disagreement;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Parity and throughput of the CUDA provider, for a machine with a GPU and without a network: the SAEs are made on the spot.
 *
 * <p>Parity is {@link GpuParity}'s. Throughput: rows in host memory to what fired in host memory, so copies count, by rows a
 * call and by threads that share one session. Ceiling: multiplications that stay on the device, in the same run.
 */
@Command(
        name = "gpu",
        mixinStandardHelpOptions = true,
        description = "Parity and throughput of encoders on a GPU, beside what its multiplication reaches.",
        footer = {
            "",
            "Needs a build with -Pgpu, and no network. --on-processor runs the same program without a GPU, to see that it",
            "works. Example: ./seismo bench gpu --device 0 --seconds 5"
        })
public final class GpuBench implements Callable<Integer> {

    private static final int[] ROWS = {1, 32, 128, 512};
    private static final int MOST_THREADS = 2;

    @Option(names = "--device", defaultValue = "0", description = "Number of the GPU. Default: ${DEFAULT-VALUE}.")
    private int device;

    @Option(names = "--seconds", defaultValue = "3", description = "For each figure. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--on-processor", description = "On the processor instead, small SAEs only.")
    private boolean onProcessor;

    private boolean sound = true;

    /** An SAE to measure with. */
    private record Size(int dIn, int dSae, Path directory) {

        @Override
        public String toString() {
            return String.format("%,d x %,d", dIn, dSae);
        }
    }

    @Override
    public Integer call() throws Exception {
        Device place = onProcessor ? Device.CPU : new Device(device, false);
        List<Precision> precisions = onProcessor
                ? List.of(Precision.FP32, Precision.INT8)
                : List.of(Precision.FP32, Precision.BF16, Precision.FP16);
        try {
            for (Precision type : onProcessor ? List.of(Precision.FP32) : List.of(Precision.FP32, Precision.BF16)) {
                GpuCeiling ceiling = new GpuCeiling(place, type);
                System.out.printf("ceiling: %s, %.3f TFLOP/s%n", ceiling, ceiling.measure() / 1e12);
            }
        } catch (EncoderException | OrtException e) {
            System.out.println("No figures: cuda:" + device + " cannot be used here (" + e.getMessage() + ").");
            System.out.println("It needs an NVIDIA driver, CUDA 12 and a build with -Pgpu.");
            return 1;
        }
        for (Size size : sizes()) {
            measure(size, place, precisions);
        }
        System.out.println(sound ? "parity holds" : "PARITY DOES NOT HOLD");
        return sound ? 0 : 1;
    }

    /** Of the last and largest all but 256 columns are 0. */
    private List<Size> sizes() throws Exception {
        List<Size> sizes = new ArrayList<>();
        sizes.add(new Size(384, 3_072, BenchmarkSaes.small()));
        if (!onProcessor) {
            sizes.add(new Size(768, 24_576, BenchmarkSaes.of(768, 24_576)));
            sizes.add(new Size(2_304, 16_384, BenchmarkSaes.of(2_304, 16_384)));
            sizes.add(new Size(4_096, 65_536, BenchmarkSaes.large()));
        }
        return sizes;
    }

    private void measure(Size size, Device place, List<Precision> precisions) throws Exception {
        EncoderWeights weights = WeightLoader.load(size.directory.toString());
        GpuParity parity = new GpuParity(weights, place);
        sound &= parity.holds(size.toString());
        SparseRows plain = new SparseRows();
        for (Precision precision : precisions) {
            try (Encoder encoder = open(weights, place, precision)) {
                RowBlock rows = rows(512, size.dIn);
                SparseRows fired = new SparseRows();
                encoder.full(rows, all(512), precision == Precision.FP32 ? plain : fired);
                if (precision != Precision.FP32) {
                    Disagreement flips = new Disagreement(size.dSae);
                    flips.add(plain, fired);
                    System.out.printf(
                            "%s in %s: of %,d firings in fp32 %,d lost, %,d gained%n",
                            size,
                            precision.word(),
                            flips.result().fired(),
                            flips.result().lost(),
                            flips.result().gained());
                }
                for (int count : ROWS) {
                    for (int threads = 1; threads <= MOST_THREADS; threads++) {
                        double perSecond = throughput(encoder, rows(count, size.dIn), threads);
                        System.out.printf(
                                "%s in %s, %d rows, %d threads in one session: %,.0f tokens/s, %.3f TFLOP/s%n",
                                size,
                                precision.word(),
                                count,
                                threads,
                                perSecond,
                                perSecond * 2 * size.dIn * size.dSae / 1e12);
                    }
                }
            }
        }
    }

    /** With results made sparse where they are computed, on the processor too. */
    static Encoder open(EncoderWeights weights, Device place, Precision precision) {
        return place.gpu()
                ? OnnxEncoders.open(weights, List.of(), true, Dtype.DTYPE_BF16, new Arithmetic(place, precision, 0))
                : OnnxEncoders.openSparse(weights, List.of(), Dtype.DTYPE_BF16, precision);
    }

    private double throughput(Encoder encoder, RowBlock rows, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Double>> each = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                each.add(pool.submit(() -> alone(encoder, rows)));
            }
            double sum = 0;
            for (Future<Double> one : each) {
                sum += one.get();
            }
            return sum;
        } finally {
            pool.shutdown();
        }
    }

    private double alone(Encoder encoder, RowBlock rows) {
        BitSet all = all(rows.rows());
        SparseRows out = new SparseRows();
        for (int warm = 0; warm < 10; warm++) {
            encoder.full(rows, all, out);
        }
        long runs = 0;
        long begin = System.nanoTime();
        long now = begin;
        while (now - begin < seconds * 1_000_000_000L) {
            encoder.full(rows, all, out);
            runs++;
            now = System.nanoTime();
        }
        return runs * rows.rows() / ((now - begin) / 1e9);
    }

    static BitSet all(int rows) {
        BitSet all = new BitSet();
        all.set(0, rows);
        return all;
    }

    static RowBlock rows(int count, int dIn) {
        Random random = new Random(dIn);
        ByteBuffer data = ByteBuffer.allocateDirect(count * dIn * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count * dIn; i++) {
            data.putShort((short) (Float.floatToIntBits((float) random.nextGaussian()) >>> 16));
        }
        return new RowBlock(data.flip(), Dtype.DTYPE_BF16, count, dIn);
    }
}
