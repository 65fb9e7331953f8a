package io.seismo.weights.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes ONNX models as users would export them, and as an attacker would. */
public final class OnnxFiles {

    private OnnxFiles() {}

    /** {@code x · W + c} with W [inputs, outputs] inside the file. */
    public static ModelProto.Builder linear(float[][] matrix, float[] bias) {
        int inputs = matrix.length;
        int outputs = matrix[0].length;
        float[] flat = new float[inputs * outputs];
        for (int i = 0; i < inputs; i++) {
            System.arraycopy(matrix[i], 0, flat, i * outputs, outputs);
        }
        return model(graph(inputs, outputs)
                .addInitializer(tensor("W", flat, inputs, outputs))
                .addInitializer(tensor("c", bias, outputs))
                .addNode(node("MatMul", "xW", "x", "W"))
                .addNode(node("Add", "y", "xW", "c")));
    }

    /** A graph without nodes, from x [rows, inputs] to y [rows, outputs]. */
    public static GraphProto.Builder graph(int inputs, int outputs) {
        return GraphProto.newBuilder()
                .setName("probe")
                .addInput(value("x", 1, inputs))
                .addOutput(value("y", 1, outputs));
    }

    /** The standard's version 17 around a graph. */
    public static ModelProto.Builder model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph);
    }

    /** A node named after its output. */
    public static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    /** An attribute of whole numbers. */
    public static AttributeProto.Builder ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute;
    }

    /** [rows, width] of an element type. */
    public static ValueInfoProto.Builder value(String name, int type, int width) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type)
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimParam("rows"))
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(width)))));
    }

    /** An initializer inside the file. */
    public static TensorProto.Builder tensor(String name, float[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(1).setRawData(ByteString.copyFrom(bytes(values)));
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor;
    }

    /** An initializer in another file. */
    public static TensorProto.Builder external(String name, String location, long offset, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("offset").setValue(Long.toString(offset)));
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor;
    }

    /** Little-endian fp32. */
    public static byte[] bytes(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Writes a model. */
    public static Path write(Path file, ModelProto.Builder model) throws IOException {
        return Files.write(file, model.build().toByteArray());
    }
}
