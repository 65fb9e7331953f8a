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
     * @param limits of a marked graph, [columns]; not used by others
     */
    record Weights(Matrix matrix, Packing packing, ByteBuffer bias, ByteBuffer limits) {

        /** Of a graph that is not marked, with W in memory. */
        Weights(ByteBuffer matrix, ByteBuffer bias) {
            this(
                    Matrix.of(new Tensor(
                            OnnxGraph.MATRIX,
                            TensorType.F32,
                            List.of(
                                    matrix.remaining() / (long) bias.remaining(),
                                    bias.remaining() / (long) Float.BYTES),
                            new ByteSource.Memory(OnnxGraph.MATRIX, matrix),
                            0)),
                    Packing.PACKED,
                    bias);
        }

        /** Of a graph that is not marked. */
        Weights(Matrix matrix, Packing packing, ByteBuffer bias) {
            this(matrix, packing, bias, bias);
        }
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
        Map<String, OnnxTensorLike> weights = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = oneThread()) {
            if (given.packing == Packing.MAPPED) {
                options.addConfigEntry("session.disable_prepacking", "1");
            }
            if (device.gpu()) {
                useCuda(options, device);
            }
            byte[] model = matrix(environment, graph, given.matrix, options, weights);
            weights.put(OnnxGraph.BIAS, tensor(environment, given.bias, graph.columns()));
            if (graph.marked()) {
                weights.put(OnnxGraph.LIMITS, tensor(environment, given.limits, graph.columns()));
            }
            options.addExternalInitializers(weights);
            return new OrtGraphSession(
                    environment, graph, environment.createSession(model, options), weights, device.place());
        } catch (OrtException | IOException e) {
            weights.values().forEach(OnnxTensorLike::close);
            String where = device.gpu() ? " on " + device.place() : "";
            throw new EncoderException("ONNX Runtime refused " + graph + where + ": " + e.getMessage(), e);
        } catch (EncoderException e) {
            weights.values().forEach(OnnxTensorLike::close);
            throw e;
        }
    }

    /** Makes a session of a graph in integers. */
    static OrtGraphSession open(
            OrtEnvironment environment, QuantisedGraph quantised, QuantisedGraph.Quantised matrix, Weights given) {
        OnnxGraph graph = quantised.graph();
        Map<String, OnnxTensorLike> weights = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = oneThread()) {
            weights.put(
                    OnnxGraph.MATRIX,
                    OnnxTensor.createTensor(
                            environment, matrix.steps(), new long[] {graph.dIn(), graph.columns()}, OnnxJavaType.INT8));
            weights.put(
                    QuantisedGraph.SCALES,
                    OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(matrix.scales()), new long[] {graph.columns()}));
            weights.put(OnnxGraph.BIAS, tensor(environment, given.bias, graph.columns()));
            if (graph.marked()) {
                weights.put(OnnxGraph.LIMITS, tensor(environment, given.limits, graph.columns()));
            }
            options.addExternalInitializers(weights);
            return new OrtGraphSession(
                    environment, graph, environment.createSession(quantised.toBytes(), options), weights, "cpu");
        } catch (OrtException e) {
            weights.values().forEach(OnnxTensorLike::close);
            throw new EncoderException("ONNX Runtime refused " + quantised + ": " + e.getMessage(), e);
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
            int results = rows * graph.columns();
            made.add(tensor(environment, head(buffers.output(), results * Float.BYTES), rows, graph.columns()));
            if (graph.marked()) {
                made.add(OnnxTensor.createTensor(
                        environment,
                        head(buffers.fired(), results),
                        new long[] {rows, graph.columns()},
                        OnnxJavaType.BOOL));
            }
            return new OrtBinding(session, made);
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

    private static final class OrtBinding implements Binding {

        private final OrtSession session;
        private final List<OnnxTensor> tensors;
        private final Map<String, OnnxTensor> inputs;
        private final Map<String, OnnxTensor> outputs;

        /** Of input, results and, of a marked graph, marks. */
        OrtBinding(OrtSession session, List<OnnxTensor> tensors) {
            this.session = session;
            this.tensors = tensors;
            this.inputs = Map.of(OnnxGraph.INPUT, tensors.get(0));
            this.outputs = tensors.size() == 2
                    ? Map.of(OnnxGraph.OUTPUT, tensors.get(1))
                    : Map.of(OnnxGraph.OUTPUT, tensors.get(1), OnnxGraph.FIRED, tensors.get(2));
        }

        @Override
        public void run() {
            try (OrtSession.Result result = session.run(inputs, outputs)) {
                if (result.size() != outputs.size()) {
                    throw new EncoderException(
                            "ONNX Runtime gave " + result.size() + " results instead of " + outputs.size());
                }
            } catch (OrtException e) {
                throw new EncoderException("ONNX Runtime failed to encode: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            tensors.forEach(OnnxTensor::close);
        }
    }
}
