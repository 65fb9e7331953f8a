package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Frames of bf16 rows through an encoder, beside the bare runtime with everything prepared. For the ratio of the two on a
 * machine that is not quiet, run {@link EncoderRatio}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EncoderBenchmark {

    private static RowBlock rows(int count, int dIn) {
        Random random = new Random(count);
        ByteBuffer data = ByteBuffer.allocate(count * dIn * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count * dIn; i++) {
            data.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
        }
        return new RowBlock(data.flip(), Dtype.DTYPE_BF16, count, dIn);
    }

    /** JumpReLU, 384 × 3,072, about 64 of them firing on a row. */
    @State(Scope.Benchmark)
    public static class Full {

        @Param({"1", "32", "128"})
        public int rows;

        private RowBlock block;
        private Encoder encoder;
        private final BitSet all = new BitSet();
        private final SparseRows out = new SparseRows();

        @Setup
        public void open() throws IOException {
            block = rows(rows, BenchmarkSaes.D_IN);
            all.set(0, rows);
            encoder = OnnxEncoders.open(BenchmarkSaes.small().toString(), List.of(), true, Dtype.DTYPE_BF16);
        }

        @TearDown
        public void close() {
            encoder.close();
        }
    }

    /** The same graph, tensors made once. */
    @State(Scope.Benchmark)
    public static class Bare {

        @Param({"1", "32", "128"})
        public int rows;

        private OrtSession session;
        private Map<String, OnnxTensor> input;
        private Map<String, OnnxTensor> output;
        private OrtGraphSession owner;

        @Setup
        public void open() throws OrtException {
            OrtEnvironment environment = OnnxRuntime.get().environment();
            OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_BF16, BenchmarkSaes.D_IN, BenchmarkSaes.D_SAE);
            ByteBuffer weights = BenchmarkSaes.gaussian(BenchmarkSaes.D_IN * BenchmarkSaes.D_SAE, 0.05);
            ByteBuffer bias = BenchmarkSaes.gaussian(BenchmarkSaes.D_SAE, 0.1);
            owner = OrtGraphSession.open(environment, graph, new OrtGraphSession.Weights(weights, bias));
            session = owner.session();
            ByteBuffer data = direct(rows * BenchmarkSaes.D_IN * Short.BYTES)
                    .put(rows(rows, BenchmarkSaes.D_IN).data());
            input = Map.of(
                    OnnxGraph.INPUT,
                    OnnxTensor.createTensor(
                            environment, data.flip(), new long[] {rows, BenchmarkSaes.D_IN}, OnnxJavaType.BFLOAT16));
            output = Map.of(
                    Ending.PRE,
                    OnnxTensor.createTensor(
                            environment,
                            direct(rows * BenchmarkSaes.D_SAE * Float.BYTES),
                            new long[] {rows, BenchmarkSaes.D_SAE},
                            OnnxJavaType.FLOAT));
        }

        private static ByteBuffer direct(int bytes) {
            return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        }

        @TearDown
        public void close() {
            input.values().forEach(OnnxTensor::close);
            output.values().forEach(OnnxTensor::close);
            owner.close();
        }
    }

    /** 256 watched features of 65,536 at d_in 4,096. */
    @State(Scope.Benchmark)
    public static class Watch {

        static final int COLUMNS = 256;

        @Param({"1", "32", "128"})
        public int rows;

        private RowBlock block;
        private Encoder encoder;
        private float[] out;

        @Setup
        public void open() throws IOException {
            block = rows(rows, BenchmarkSaes.LARGE_D_IN);
            out = new float[rows * COLUMNS];
            List<Integer> watched = IntStream.range(0, COLUMNS).boxed().toList();
            encoder = OnnxEncoders.open(BenchmarkSaes.large().toString(), watched, false, Dtype.DTYPE_BF16);
        }

        @TearDown
        public void close() {
            encoder.close();
        }
    }

    /** All features of every row, to sparse form. */
    @Benchmark
    public SparseRows full(Full state) {
        state.encoder.full(state.block, state.all, state.out);
        return state.out;
    }

    /** The runtime alone. */
    @Benchmark
    public int bareRuntime(Bare state) throws OrtException {
        try (OrtSession.Result result = state.session.run(state.input, state.output)) {
            return result.size();
        }
    }

    /** Watched columns of every row. */
    @Benchmark
    public float[] watch(Watch state) {
        state.encoder.watch(state.block, state.out, 0, Watch.COLUMNS);
        return state.out;
    }

    /** Runs all of it. */
    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(EncoderBenchmark.class.getSimpleName())
                        .jvmArgsAppend("-Xss4m")
                        .build())
                .run();
    }
}
