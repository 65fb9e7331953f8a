package io.seismo.encoder.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.Precision;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The one graph shape there is: rows [B, dIn] as captured → (Cast) → MatMul W → (Cast to fp32) → Add c → {@code pre}
 * [B, columns], and what the {@link Ending} makes of it.
 *
 * <p>W, c and limits are declared as external and supplied when the session is made. An ending only looks at {@code pre}: its
 * bits are the same whichever there is.
 *
 * @param input element type of the rows
 * @param dIn width of a row
 * @param columns width of the result
 * @param ending what it gives
 * @param type of W and of the product: fp32, or on a GPU bf16 or fp16
 */
record OnnxGraph(Dtype input, int dIn, int columns, Ending ending, Precision type) {

    static final String INPUT = "x";
    static final String MATRIX = "W";
    static final String BIAS = "c";

    private static final int IR_VERSION = 8;
    private static final int OPSET = 17;
    private static final String SUPPLIED = "supplied-by-the-session";
    private static final String WIDENED = "x32";
    private static final String NARROWED = "x16";
    private static final String PRODUCT = "xW";
    private static final String WIDE_PRODUCT = "xW32";

    OnnxGraph {
        if (type == Precision.INT8) {
            throw new IllegalArgumentException("a graph in integers has another shape");
        }
    }

    /** In fp32. */
    OnnxGraph(Dtype input, int dIn, int columns, Ending ending) {
        this(input, dIn, columns, ending, Precision.FP32);
    }

    /** In fp32, with all pre-activations and nothing else. */
    OnnxGraph(Dtype input, int dIn, int columns) {
        this(input, dIn, columns, Ending.PLAIN);
    }

    /** The serialized model; the same bytes for the same graph. All weights are to be supplied with the session. */
    byte[] toBytes() {
        OnnxMl.TensorProto matrix = type == Precision.FP32
                ? supplied(MATRIX, dIn, columns)
                : supplied(MATRIX, number(), Short.BYTES, dIn, columns);
        return model(matrix, supplied(BIAS, columns), supplied(Ending.LIMITS, columns));
    }

    /** The model with W at a byte of a file, named as seen from the directory that the session is told of. */
    byte[] toBytes(String file, long offset) {
        return model(
                external(MATRIX, file, offset, dIn, columns),
                supplied(BIAS, columns),
                supplied(Ending.LIMITS, columns));
    }

    /** The model with W in a file and everything else inside. */
    byte[] toBytes(String file, long offset, float[] bias, float[] limits) {
        return model(external(MATRIX, file, offset, dIn, columns), inside(BIAS, bias), inside(Ending.LIMITS, limits));
    }

    private byte[] model(OnnxMl.TensorProto matrix, OnnxMl.TensorProto bias, OnnxMl.TensorProto limits) {
        OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder()
                .setName("encode")
                .addInput(value(INPUT, elementType(), dIn))
                .addInitializer(matrix)
                .addInitializer(bias);
        String rows = INPUT;
        if (elementType() != number().getNumber()) {
            rows = type == Precision.FP32 ? WIDENED : NARROWED;
            graph.addNode(cast(rows, INPUT, number()));
        }
        graph.addNode(node("MatMul", PRODUCT, rows, MATRIX));
        String product = PRODUCT;
        if (type != Precision.FP32) {
            product = WIDE_PRODUCT;
            graph.addNode(cast(product, PRODUCT, OnnxMl.TensorProto.DataType.FLOAT));
        }
        graph.addNode(node("Add", Ending.PRE, product, BIAS));
        ending.addTo(graph, columns, limits);
        return model(graph);
    }

    private OnnxMl.TensorProto.DataType number() {
        return switch (type) {
            case FP32 -> OnnxMl.TensorProto.DataType.FLOAT;
            case BF16 -> OnnxMl.TensorProto.DataType.BFLOAT16;
            case FP16 -> OnnxMl.TensorProto.DataType.FLOAT16;
            case INT8 -> throw new IllegalStateException("refused when it was made");
        };
    }

    /** A serialized model of a graph. */
    static byte[] model(OnnxMl.GraphProto.Builder graph) {
        return OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("seismo")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    static OnnxMl.NodeProto.Builder cast(String output, String input, OnnxMl.TensorProto.DataType type) {
        return node("Cast", output, input)
                .addAttribute(OnnxMl.AttributeProto.newBuilder()
                        .setName("to")
                        .setType(OnnxMl.AttributeProto.AttributeType.INT)
                        .setI(type.getNumber()));
    }

    /** ONNX's number of the type of the rows. */
    int elementType() {
        return switch (input) {
            case DTYPE_BF16 -> OnnxMl.TensorProto.DataType.BFLOAT16.getNumber();
            case DTYPE_F16 -> OnnxMl.TensorProto.DataType.FLOAT16.getNumber();
            case DTYPE_F32 -> OnnxMl.TensorProto.DataType.FLOAT.getNumber();
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new EncoderException("an encoder needs a dtype");
        };
    }

    static OnnxMl.NodeProto.Builder node(String operator, String output, String... inputs) {
        return OnnxMl.NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    static OnnxMl.ValueInfoProto value(String name, int elementType, int width) {
        OnnxMl.TensorShapeProto shape = OnnxMl.TensorShapeProto.newBuilder()
                .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("B"))
                .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(width))
                .build();
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(elementType)
                                .setShape(shape)))
                .build();
    }

    /** A result whose sizes depend on the rows. */
    static OnnxMl.ValueInfoProto untold(String name, int elementType) {
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(elementType)))
                .build();
    }

    private static OnnxMl.TensorProto inside(String name, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }

    private static OnnxMl.TensorProto supplied(String name, long... shape) {
        return external(name, SUPPLIED, 0, shape);
    }

    /** A tensor that the session is given. */
    static OnnxMl.TensorProto supplied(String name, OnnxMl.TensorProto.DataType type, int bytes, long... shape) {
        return external(new Outside(name, type, bytes, SUPPLIED, 0), shape);
    }

    private static OnnxMl.TensorProto external(String name, String file, long offset, long... shape) {
        return external(new Outside(name, OnnxMl.TensorProto.DataType.FLOAT, Float.BYTES, file, offset), shape);
    }

    private record Outside(String name, OnnxMl.TensorProto.DataType type, int bytes, String file, long offset) {}

    private static OnnxMl.TensorProto external(Outside outside, long... shape) {
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder()
                .setName(outside.name)
                .setDataType(outside.type.getNumber())
                .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL);
        long bytes = outside.bytes;
        for (long size : shape) {
            tensor.addDims(size);
            bytes *= size;
        }
        return tensor.addExternalData(entry("location", outside.file))
                .addExternalData(entry("offset", Long.toString(outside.offset)))
                .addExternalData(entry("length", Long.toString(bytes)))
                .build();
    }

    private static OnnxMl.StringStringEntryProto entry(String key, String value) {
        return OnnxMl.StringStringEntryProto.newBuilder()
                .setKey(key)
                .setValue(value)
                .build();
    }
}
