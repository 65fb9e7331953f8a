package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Matrix;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session of ONNX Runtime: on the CPU one thread, no spinning, weights where they lie; on a GPU the same graph through the
 * CUDA provider, in fp32 proper.
 */
final class OrtGraphSession implements GraphSession {

    private final OrtEnvironment environment;
    private final OnnxGraph graph;
    private final OrtSession session;
    private final String place;
    /** Kept: the session reads the memory of these tensors for as long as it lives. */
    private final Map<String, OnnxTensorLike> weights;

    private OrtGraphSession(
            OrtEnvironment environment,
            OnnxGraph graph,
            OrtSession session,
            Map<String, OnnxTensorLike> weights,
            String place) {
        this.place = place;
        this.environment = environment;
        this.graph = graph;
        this.session = session;
        this.weights = weights;
    }

    /**
     * What a graph declares as external; vectors in fp32 and direct.
     *
     * @param matrix W, [dIn, columns]
     * @param packing how W is kept
     * @param bias c, [columns]
     * @param limits [columns], where the graph compares with them; not used by others
     */
    record Weights(Matrix matrix, Packing packing, ByteBuffer bias, ByteBuffer limits) {

        /** Of a graph without limits, with W in memory. */
        Weights(ByteBuffer matrix, ByteBuffer bias) {
            this(inMemory(matrix, bias.remaining() / Float.BYTES), Packing.PACKED, bias, bias);
        }
    }

    /** Row-major fp32 as a matrix. */
    static Matrix inMemory(ByteBuffer matrix, int columns) {
        return Matrix.of(new Tensor(
                OnnxGraph.MATRIX,
                TensorType.F32,
                List.of(matrix.remaining() / (long) (columns * Float.BYTES), (long) columns),
                new ByteSource.Memory(OnnxGraph.MATRIX, matrix),
                0));
    }

    /** A vector as sessions take it: direct, little-endian. */
    static ByteBuffer direct(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    /** Makes a session on the processor. */
    static OrtGraphSession open(OrtEnvironment environment, OnnxGraph graph, Weights given) {
        return open(environment, graph, given, Device.CPU);
    }

    /** Makes a session; what stands in for a device is not decided here. */
    static OrtGraphSession open(OrtEnvironment environment, OnnxGraph graph, Weights given, Device device) {
        return open(environment, graph, given, device, (options, weights) -> {
            if (given.packing == Packing.MAPPED) {
                options.addConfigEntry("session.disable_prepacking", "1");
            }
            return matrix(environment, graph, given.matrix, options, weights);
        });
    }

    /** Makes a session of a graph in integers. */
    static OrtGraphSession open(
            OrtEnvironment environment, QuantisedGraph quantised, QuantisedGraph.Quantised matrix, Weights given) {
        OnnxGraph graph = quantised.graph();
        return open(environment, graph, given, Device.CPU, (options, weights) -> {
            long[] shape = {graph.dIn(), graph.columns()};
            weights.put(
                    OnnxGraph.MATRIX,
                    OnnxTensor.createTensor(
                            environment,
                            matrix.steps(),
                            shape,
                            quantised.signed() ? OnnxJavaType.INT8 : OnnxJavaType.UINT8));
            weights.put(
                    QuantisedGraph.SCALES,
                    OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(matrix.scales()), new long[] {graph.columns()}));
            return quantised.toBytes();
        });
    }

    /** Supplies W, and gives the model that asks for it so. */
    private interface Supply {
        byte[] to(OrtSession.SessionOptions options, Map<String, OnnxTensorLike> weights)
                throws OrtException, IOException;
    }

    private static OrtGraphSession open(
            OrtEnvironment environment, OnnxGraph graph, Weights given, Device device, Supply supply) {
        Map<String, OnnxTensorLike> weights = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = oneThread()) {
            if (device.gpu()) {
                useCuda(options, device);
            }
            byte[] model = supply.to(options, weights);
            weights.put(OnnxGraph.BIAS, tensor(environment, given.bias, graph.columns()));
            if (graph.ending().limited()) {
                weights.put(Ending.LIMITS, tensor(environment, given.limits, graph.columns()));
            }
            options.addExternalInitializers(weights);
            return new OrtGraphSession(
                    environment, graph, environment.createSession(model, options), weights, device.place());
        } catch (OrtException | IOException e) {
            weights.values().forEach(OnnxTensorLike::close);
            String where = device.gpu() ? " on " + device.place() : "";
            throw new EncoderException("ONNX Runtime refused " + graph + where + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            weights.values().forEach(OnnxTensorLike::close);
            throw e;
        }
    }

    private static OrtSession.SessionOptions oneThread() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.setMemoryPatternOptimization(false);
        return options;
    }

    /** Points the runtime at W: in its file, which it maps itself, or in memory, which it copies. */
    private static byte[] matrix(
            OrtEnvironment environment,
            OnnxGraph graph,
            Matrix matrix,
            OrtSession.SessionOptions options,
            Map<String, OnnxTensorLike> weights)
            throws OrtException, IOException {
        if (graph.type() != Precision.FP32) {
            OnnxJavaType half = graph.type() == Precision.BF16 ? OnnxJavaType.BFLOAT16 : OnnxJavaType.FLOAT16;
            long[] shape = {graph.dIn(), graph.columns()};
            weights.put(
                    OnnxGraph.MATRIX,
                    OnnxTensor.createTensor(environment, Rounding.halves(graph.type(), matrix), shape, half));
            return graph.toBytes();
        }
        if (matrix.place().isEmpty()) {
            weights.put(OnnxGraph.MATRIX, tensor(environment, matrix.bytes(), graph.dIn(), graph.columns()));
            return graph.toBytes();
        }
        Matrix.Place place = matrix.place().get();
        // The runtime refuses files that a link leads out of the directory.
        Path file = place.file().toRealPath();
        options.addConfigEntry(
                "session.model_external_initializers_file_folder_path", String.valueOf(file.getParent()));
        return graph.toBytes(String.valueOf(file.getFileName()), place.offset());
    }

    /** TF32 keeps ten bits of a float's fraction: off, or no bound of fp32 holds. */
    private static void useCuda(OrtSession.SessionOptions options, Device device) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.cuda())) {
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
        } catch (OrtException | LinkageError e) {
            throw new EncoderException(
                    device.place() + " cannot be used: " + e.getMessage()
                            + "; it needs an NVIDIA driver, CUDA 12 and a build with -Pgpu; or write device: cpu, or"
                            + " { cuda: " + device.cuda() + ", fallback: cpu }",
                    e);
        }
    }

    @Override
    public String place() {
        return place;
    }

    private static OnnxTensor tensor(OrtEnvironment environment, ByteBuffer data, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, data.order(ByteOrder.nativeOrder()), shape, OnnxJavaType.FLOAT);
    }

    /** The session itself, for comparison. */
    OrtSession session() {
        return session;
    }

    @Override
    public Binding bind(Buffers buffers, int rows) {
        List<OnnxTensor> made = new ArrayList<>();
        try {
            int inputBytes = rows * graph.dIn() * RowBlock.bytesPerElement(graph.input());
            made.add(OnnxTensor.createTensor(
                    environment,
                    head(buffers.input(), inputBytes),
                    new long[] {rows, graph.dIn()},
                    type(graph.input())));
            Ending ending = graph.ending();
            if (!ending.open()) {
                int floats = ending.floats(graph.columns());
                made.add(tensor(environment, head(buffers.output(), rows * floats * Float.BYTES), rows, floats));
            }
            int beside = ending.bytes(graph.columns());
            if (beside > 0) {
                boolean marks = ending.kind() == Ending.Kind.MARKED;
                made.add(OnnxTensor.createTensor(
                        environment,
                        head(buffers.beside(), rows * beside),
                        new long[] {rows, marks ? beside : beside / Integer.BYTES},
                        marks ? OnnxJavaType.BOOL : OnnxJavaType.INT32));
            }
            return ending.open()
                    ? new OpenBinding(session, made.get(0), buffers.found())
                    : new PinnedBinding(session, ending, made);
        } catch (OrtException e) {
            made.forEach(OnnxTensor::close);
            throw new EncoderException("ONNX Runtime cannot take " + rows + " rows: " + e.getMessage(), e);
        }
    }

    private static ByteBuffer head(ByteBuffer buffer, int bytes) {
        return buffer.slice(0, bytes).order(ByteOrder.nativeOrder());
    }

    private static OnnxJavaType type(Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16 -> OnnxJavaType.BFLOAT16;
            case DTYPE_F16 -> OnnxJavaType.FLOAT16;
            case DTYPE_F32 -> OnnxJavaType.FLOAT;
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new EncoderException("an encoder needs a dtype");
        };
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EncoderException("ONNX Runtime could not close a session: " + e.getMessage(), e);
        } finally {
            weights.values().forEach(OnnxTensorLike::close);
        }
    }

    static EncoderException failed(OrtException e) {
        return new EncoderException("ONNX Runtime failed to encode: " + e.getMessage(), e);
    }
}
