package io.seismo.encoder.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import io.seismo.weights.Matrix;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A graph in integers: for each row {@code s = max|x| / 127}, {@code q = round(x / s)}; then
 * {@code pre = (q · Q) · s · S + c} with {@code S_j = max|W_j| / 127} and {@code Q_j = round(W_j / S_j)}.
 *
 * <p>q is stored as an unsigned byte around 128, which is the form processors multiply fastest. The sum is exact in 32 bits
 * up to d_in of 130,000, and so the same in every batch, beside every other column and on every processor. A row of zeros
 * stays zero.
 *
 * <p>Q is stored as signed bytes where the processor multiplies those with unsigned ones exactly, which takes VNNI. Elsewhere two
 * products are added up in 16 bits, which saturates, so there Q is unsigned around 128, too: slower, and as exact.
 *
 * @param graph what is computed, but for how
 * @param signed how Q is stored
 */
record QuantisedGraph(OnnxGraph graph, boolean signed) {

    static final String SCALES = "S";
    static final float STEPS = 127;

    private static final int ZERO = 128;

    /** As this machine multiplies it exactly. */
    QuantisedGraph(OnnxGraph graph) {
        this(graph, InstructionSet.multipliesMixedBytes());
    }

    /** The serialized model; Q, S, c and limits are to be supplied with the session. */
    byte[] toBytes() {
        OnnxMl.GraphProto.Builder out = OnnxMl.GraphProto.newBuilder()
                .setName("encode-int8")
                .addInput(OnnxGraph.value(OnnxGraph.INPUT, graph.elementType(), graph.dIn()))
                .addInitializer(OnnxGraph.supplied(
                        OnnxGraph.MATRIX,
                        signed ? OnnxMl.TensorProto.DataType.INT8 : OnnxMl.TensorProto.DataType.UINT8,
                        1,
                        graph.dIn(),
                        graph.columns()))
                .addInitializer(vector(SCALES))
                .addInitializer(vector(OnnxGraph.BIAS))
                .addInitializer(scalar("steps", STEPS))
                .addInitializer(scalar("least", Float.MIN_NORMAL))
                .addInitializer(scalar("middle", ZERO))
                .addInitializer(zero());
        String rows = OnnxGraph.INPUT;
        if (graph.input() != Dtype.DTYPE_F32) {
            out.addNode(OnnxGraph.cast("x32", rows, OnnxMl.TensorProto.DataType.FLOAT));
            rows = "x32";
        }
        nodes(rows).forEach(out::addNode);
        graph.ending().addTo(out, graph.columns(), vector(Ending.LIMITS));
        return OnnxGraph.model(out);
    }

    private List<OnnxMl.NodeProto.Builder> nodes(String rows) {
        OnnxMl.NodeProto.Builder multiply = OnnxGraph.node("MatMulInteger", "sums", "q", OnnxGraph.MATRIX, "zero");
        if (!signed) {
            multiply.addInput("zero");
        }
        return List.of(
                OnnxGraph.node("Abs", "sizes", rows),
                OnnxGraph.node("ReduceMax", "largest", "sizes")
                        .addAttribute(OnnxMl.AttributeProto.newBuilder()
                                .setName("axes")
                                .setType(OnnxMl.AttributeProto.AttributeType.INTS)
                                .addInts(1)),
                OnnxGraph.node("Div", "step", "largest", "steps"),
                OnnxGraph.node("Max", "s", "step", "least"),
                OnnxGraph.node("Div", "scaled", rows, "s"),
                OnnxGraph.node("Round", "rounded", "scaled"),
                OnnxGraph.node("Add", "shifted", "rounded", "middle"),
                OnnxGraph.cast("q", "shifted", OnnxMl.TensorProto.DataType.UINT8),
                multiply,
                OnnxGraph.cast("product", "sums", OnnxMl.TensorProto.DataType.FLOAT),
                OnnxGraph.node("Mul", "ofColumns", "product", SCALES),
                OnnxGraph.node("Mul", "ofRows", "ofColumns", "s"),
                OnnxGraph.node("Add", Ending.PRE, "ofRows", OnnxGraph.BIAS));
    }

    private OnnxMl.TensorProto vector(String name) {
        return OnnxGraph.supplied(name, OnnxMl.TensorProto.DataType.FLOAT, Float.BYTES, graph.columns());
    }

    private static OnnxMl.TensorProto scalar(String name, float value) {
        return OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build();
    }

    private static OnnxMl.TensorProto zero() {
        return OnnxMl.TensorProto.newBuilder()
                .setName("zero")
                .setDataType(OnnxMl.TensorProto.DataType.UINT8.getNumber())
                .setRawData(ByteString.copyFrom(new byte[] {(byte) ZERO}))
                .build();
    }

    /**
     * Q and S of a matrix.
     *
     * @param steps Q, [d_in, d_sae], a byte each, signed or around 128
     * @param scales S
     */
    record Quantised(ByteBuffer steps, float[] scales) {

        static Quantised of(Matrix matrix, boolean signed) {
            float[] scales = new float[matrix.columns()];
            float[] row = new float[matrix.columns()];
            for (int r = 0; r < matrix.rows(); r++) {
                matrix.row(r, row);
                for (int c = 0; c < row.length; c++) {
                    scales[c] = Math.max(scales[c], Math.abs(row[c]));
                }
            }
            for (int c = 0; c < scales.length; c++) {
                scales[c] = Math.max(scales[c] / STEPS, Float.MIN_NORMAL);
            }
            ByteBuffer steps = ByteBuffer.allocateDirect(Math.multiplyExact(matrix.rows(), matrix.columns()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int r = 0; r < matrix.rows(); r++) {
                matrix.row(r, row);
                for (int c = 0; c < row.length; c++) {
                    steps.put((byte) (Math.rint(row[c] / scales[c]) + (signed ? 0 : ZERO)));
                }
            }
            return new Quantised(steps.flip(), scales);
        }
    }
}
