package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** A session of ONNX Runtime on the CPU: one thread, no spinning, weights where they lie. */
final class OrtGraphSession implements GraphSession {

    private final OrtEnvironment environment;
    private final OnnxGraph graph;
    private final OrtSession session;
    /** Kept: the session reads the memory of these tensors for as long as it lives. */
    private final Map<String, OnnxTensorLike> weights;

    private OrtGraphSession(
            OrtEnvironment environment, OnnxGraph graph, OrtSession session, Map<String, OnnxTensorLike> weights) {
        this.environment = environment;
        this.graph = graph;
        this.session = session;
        this.weights = weights;
    }

    /**
     * Makes a session.
     *
     * @param matrix W, [dIn, columns] fp32, direct
     * @param bias c, [columns] fp32, direct
     */
    static OrtGraphSession open(OrtEnvironment environment, OnnxGraph graph, ByteBuffer matrix, ByteBuffer bias) {
        Map<String, OnnxTensorLike> weights = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setMemoryPatternOptimization(false);
            weights.put(OnnxGraph.MATRIX, tensor(environment, matrix, graph.dIn(), graph.columns()));
            weights.put(OnnxGraph.BIAS, tensor(environment, bias, graph.columns()));
            options.addExternalInitializers(weights);
            return new OrtGraphSession(
                    environment, graph, environment.createSession(graph.toBytes(), options), weights);
        } catch (OrtException e) {
            weights.values().forEach(OnnxTensorLike::close);
            throw new EncoderException("ONNX Runtime refused " + graph + ": " + e.getMessage(), e);
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, ByteBuffer data, long... shape) throws OrtException {
        return OnnxTensor.createTensor(environment, data.order(ByteOrder.nativeOrder()), shape, OnnxJavaType.FLOAT);
    }

    /** The session itself, for comparison. */
    OrtSession session() {
        return session;
    }

    @Override
    public Binding bind(ByteBuffer input, ByteBuffer output, int rows) {
        int inputBytes = rows * graph.dIn() * RowBlock.bytesPerElement(graph.input());
        int outputBytes = rows * graph.columns() * Float.BYTES;
        OnnxTensor from = null;
        try {
            from = OnnxTensor.createTensor(
                    environment, head(input, inputBytes), new long[] {rows, graph.dIn()}, type(graph.input()));
            OnnxTensor to = tensor(environment, head(output, outputBytes), rows, graph.columns());
            return new OrtBinding(session, from, to);
        } catch (OrtException e) {
            if (from != null) {
                from.close();
            }
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
        private final OnnxTensor input;
        private final OnnxTensor output;
        private final Map<String, OnnxTensor> inputs;
        private final Map<String, OnnxTensor> outputs;

        OrtBinding(OrtSession session, OnnxTensor input, OnnxTensor output) {
            this.session = session;
            this.input = input;
            this.output = output;
            this.inputs = Map.of(OnnxGraph.INPUT, input);
            this.outputs = Map.of(OnnxGraph.OUTPUT, output);
        }

        @Override
        public void run() {
            try (OrtSession.Result result = session.run(inputs, outputs)) {
                if (result.size() != 1) {
                    throw new EncoderException("ONNX Runtime gave " + result.size() + " results instead of one");
                }
            } catch (OrtException e) {
                throw new EncoderException("ONNX Runtime failed to encode: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            input.close();
            output.close();
        }
    }
}
