package io.seismo.encoder.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import com.google.protobuf.ByteString;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** What the multiplication of a device reaches: {@code X·W·W·…} of square matrices, of which one number leaves it. */
final class GpuCeiling {

    private final Device device;
    private final Precision type;
    private final int side;
    private final int chain;

    /** @param type fp32 without TF32, or bf16, which the processor has no kernel for */
    GpuCeiling(Device device, Precision type) {
        this.device = device;
        this.type = type;
        this.side = device.gpu() ? 4096 : 1024;
        this.chain = device.gpu() ? 32 : 4;
    }

    /** The best of a dozen runs, in floating-point operations a second; the copy of the input counts. */
    double measure() throws OrtException {
        OnnxRuntime runtime = OnnxRuntime.get();
        boolean half = type == Precision.BF16;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            if (device.gpu()) {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.cuda())) {
                    cuda.add("use_tf32", "0");
                    options.addCUDA(cuda);
                }
            } else {
                options.setIntraOpNumThreads(1);
            }
            int bytes = side * side * (half ? Short.BYTES : Float.BYTES);
            try (OrtSession session = runtime.environment().createSession(graph(half ? 16 : 1, bytes), options);
                    OnnxTensor x = OnnxTensor.createTensor(
                            runtime.environment(),
                            ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()),
                            new long[] {side, side},
                            half ? OnnxJavaType.BFLOAT16 : OnnxJavaType.FLOAT)) {
                double best = Double.POSITIVE_INFINITY;
                for (int i = 0; i < 12; i++) {
                    long begin = System.nanoTime();
                    session.run(Map.of("x", x)).close();
                    best = Math.min(best, (System.nanoTime() - begin) / 1e9);
                }
                return chain * 2.0 * side * side * side / best;
            }
        }
    }

    @Override
    public String toString() {
        return type.word() + " multiplication of " + side + " x " + side + " on " + device.place();
    }

    private byte[] graph(int elementType, int bytes) {
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder()
                .setName("chain")
                .addInput(value("x", elementType, side))
                .addOutput(value("y", 1, 1))
                .addInitializer(OnnxMl.TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(elementType)
                        .addDims(side)
                        .addDims(side)
                        .setRawData(ByteString.copyFrom(new byte[bytes])));
        String last = "x";
        for (int i = 0; i < chain; i++) {
            graph.addNode(OnnxGraph.node("MatMul", "m" + i, last, "w"));
            last = "m" + i;
        }
        graph.addNode(OnnxGraph.cast("wide", last, OnnxMl.TensorProto.DataType.FLOAT));
        graph.addNode(OnnxGraph.node("ReduceMax", "y", "wide"));
        return OnnxGraph.model(graph);
    }

    private static OnnxMl.ValueInfoProto.Builder value(String name, int type, int side) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (int i = 0; i < 2; i++) {
            shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(side));
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(type)
                                .setShape(shape)));
    }
}
