package io.seismo.encoder.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import com.google.protobuf.ByteString;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.Device;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Parity and throughput of the CUDA provider, for a machine with a GPU and without a network: the SAEs are made on the spot.
 *
 * <p>Parity: pre-activations from the GPU beside those of the processor and of the scalar control in double precision, as a
 * share of the bound {@code 8·√d·2⁻²⁴·(‖x‖·‖w‖ + |c|)}. Throughput: rows in host memory to pre-activations in host memory, so
 * copies count. Ceiling: a chain of bf16 multiplications that stay on the device, in the same run.
 */
@Command(
        name = "gpu",
        mixinStandardHelpOptions = true,
        description = "Parity and throughput of encoders on a GPU, beside what its bf16 multiplication reaches.",
        footer = {"", "Needs a build with -Pgpu. Example: ./seismo bench gpu --device 0 --seconds 5"})
public final class GpuBench implements Callable<Integer> {

    private static final int SIDE = 4096;
    private static final int CHAIN = 32;
    private static final int CHECKED_ROWS = 4;
    private static final int CHECKED_COLUMNS = 256;
    private static final int[] ROWS = {1, 32, 128, 512};

    @Option(names = "--device", defaultValue = "0", description = "Number of the GPU. Default: ${DEFAULT-VALUE}.")
    private int device;

    @Option(names = "--seconds", defaultValue = "3", description = "For each figure. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    private boolean sound = true;

    @Override
    public Integer call() throws Exception {
        try {
            ceiling();
        } catch (EncoderException | OrtException e) {
            System.out.println("No figures: cuda:" + device + " cannot be used here (" + e.getMessage() + ").");
            System.out.println("It needs an NVIDIA driver, CUDA 12 and a build with -Pgpu.");
            return 1;
        }
        measure("384 x 3,072", BenchmarkSaes.small());
        measure("768 x 24,576", BenchmarkSaes.of(768, 24_576));
        measure("2,304 x 16,384", BenchmarkSaes.of(2_304, 16_384));
        measure("4,096 x 65,536 (256 columns are not 0)", BenchmarkSaes.large());
        System.out.println(sound ? "parity holds" : "PARITY DOES NOT HOLD");
        return sound ? 0 : 1;
    }

    private void measure(String name, Path directory) {
        EncoderWeights weights = WeightLoader.load(directory.toString());
        OnnxGraph graph = new OnnxGraph(Dtype.DTYPE_BF16, weights.dIn(), weights.width());
        OrtEnvironment environment = OnnxRuntime.get().environment();
        OrtGraphSession.Weights given =
                new OrtGraphSession.Weights(weights.matrix().bytes(), direct(weights.bias()));
        try (LoadedGraph gpu = load(
                        OrtGraphSession.open(environment, graph, given, new Device(device, false)), graph, weights);
                LoadedGraph cpu = load(OrtGraphSession.open(environment, graph, given), graph, weights)) {
            parity(name, weights, gpu, cpu);
            for (int rows : ROWS) {
                throughput(name, weights, gpu, rows);
            }
        }
    }

    private static LoadedGraph load(GraphSession session, OnnxGraph graph, EncoderWeights weights) {
        return new LoadedGraph(
                session,
                graph,
                new LoadedGraph.Around(weights.norm(), weights.activation(), new float[graph.columns()]),
                RunSizes.of(session, Packing.PACKED));
    }

    private void parity(String name, EncoderWeights weights, LoadedGraph gpu, LoadedGraph cpu) {
        RowBlock rows = rows(CHECKED_ROWS, weights.dIn());
        float[] fast = results(gpu, rows, weights.width());
        float[] slow = results(cpu, rows, weights.width());
        double worst = 0;
        double worstOfCpu = 0;
        int differing = 0;
        for (int r = 0; r < CHECKED_ROWS; r++) {
            double[] x = NaiveEncoder.decode(rows, r);
            for (int f = 0; f < Math.min(CHECKED_COLUMNS, weights.width()); f++) {
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < x.length; i++) {
                    double w = weights.matrix().get(i, f);
                    sum += x[i] * w;
                    squares += w * w;
                }
                double exact = sum + weights.bias()[f];
                double bound = 8
                        * Math.sqrt(x.length)
                        * 0x1p-24
                        * (NaiveEncoder.norm(x) * Math.sqrt(squares) + Math.abs(weights.bias()[f]));
                int at = r * weights.width() + f;
                worst = Math.max(worst, Math.abs(fast[at] - exact) / bound);
                worstOfCpu = Math.max(worstOfCpu, Math.abs(slow[at] - exact) / bound);
                differing += Float.compare(fast[at], slow[at]) == 0 ? 0 : 1;
            }
        }
        sound &= worst <= 1 && worstOfCpu <= 1;
        System.out.printf(
                "%s: worst |error| / bound %.3f on the GPU, %.3f on the processor; %d values differ between them%n",
                name, worst, worstOfCpu, differing);
    }

    private void throughput(String name, EncoderWeights weights, LoadedGraph gpu, int rows) {
        RowBlock block = rows(rows, weights.dIn());
        Workspace space = gpu.borrow(rows);
        long runs = 0;
        long begin = 0;
        long now = 0;
        int perRun = Math.min(rows, gpu.rowsPerRun());
        for (int warm = -10; warm < 0 || now - begin < seconds * 1_000_000_000L; warm = Math.min(warm + 1, 0)) {
            if (warm == -1) {
                begin = System.nanoTime();
                runs = 0;
            }
            space.load(block, block.data(), 0, perRun, 0);
            space.run(perRun);
            runs++;
            now = System.nanoTime();
        }
        gpu.giveBack(space);
        double perSecond = runs * perRun / ((now - begin) / 1e9);
        System.out.printf(
                "%s, %d rows: %,.0f tokens/s, %.2f TFLOP/s in fp32%n",
                name, perRun, perSecond, perSecond * 2 * weights.dIn() * weights.width() / 1e12);
    }

    /** {@code X·W·W·…} in bf16, of which only one sum leaves the device. */
    private void ceiling() throws OrtException {
        OnnxRuntime runtime = OnnxRuntime.get();
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.addCUDA(cuda);
            try (OrtSession session = runtime.environment().createSession(chain(), options);
                    OnnxTensor x = OnnxTensor.createTensor(
                            runtime.environment(),
                            ByteBuffer.allocateDirect(SIDE * SIDE * 2).order(ByteOrder.nativeOrder()),
                            new long[] {SIDE, SIDE},
                            OnnxJavaType.BFLOAT16)) {
                double best = Double.POSITIVE_INFINITY;
                for (int i = 0; i < 12; i++) {
                    long begin = System.nanoTime();
                    session.run(Map.of("x", x)).close();
                    best = Math.min(best, (System.nanoTime() - begin) / 1e9);
                }
                System.out.printf(
                        "ceiling: bf16 multiplication of %d x %d, %.1f TFLOP/s (copy of the input in)%n",
                        SIDE, SIDE, CHAIN * 2.0 * SIDE * SIDE * SIDE / best / 1e12);
            }
        }
    }

    private static byte[] chain() {
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder()
                .setName("chain")
                .addInput(value("x", 16, SIDE, SIDE))
                .addOutput(value("y", 1, 1, 1))
                .addInitializer(OnnxMl.TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(16)
                        .addDims(SIDE)
                        .addDims(SIDE)
                        .setRawData(ByteString.copyFrom(new byte[SIDE * SIDE * 2])));
        String last = "x";
        for (int i = 0; i < CHAIN; i++) {
            graph.addNode(node("MatMul", "m" + i, last, "w"));
            last = "m" + i;
        }
        graph.addNode(node("Cast", "wide", last)
                .addAttribute(OnnxMl.AttributeProto.newBuilder()
                        .setName("to")
                        .setType(OnnxMl.AttributeProto.AttributeType.INT)
                        .setI(1)));
        graph.addNode(node("ReduceMax", "y", "wide"));
        return OnnxMl.ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static OnnxMl.NodeProto.Builder node(String operator, String output, String... inputs) {
        return OnnxMl.NodeProto.newBuilder()
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private static OnnxMl.ValueInfoProto.Builder value(String name, int type, int... sizes) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (int size : sizes) {
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(type)
                                .setShape(shape)));
    }

    private static float[] results(LoadedGraph graph, RowBlock rows, int width) {
        float[] out = new float[rows.rows() * width];
        Workspace space = graph.borrow(rows.rows());
        space.load(rows, rows.data(), 0, rows.rows(), 0);
        space.run(rows.rows());
        for (int r = 0; r < rows.rows(); r++) {
            space.result(r, out, r * width);
        }
        graph.giveBack(space);
        return out;
    }

    private static RowBlock rows(int count, int dIn) {
        Random random = new Random(dIn);
        ByteBuffer data = ByteBuffer.allocateDirect(count * dIn * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count * dIn; i++) {
            data.putShort((short) (Float.floatToIntBits((float) random.nextGaussian()) >>> 16));
        }
        return new RowBlock(data.flip(), Dtype.DTYPE_BF16, count, dIn);
    }

    private static ByteBuffer direct(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
