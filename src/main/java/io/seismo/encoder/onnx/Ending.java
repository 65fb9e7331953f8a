package io.seismo.encoder.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.seismo.weights.Activation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a graph gives of its pre-activations.
 *
 * @param kind what
 * @param k of {@link Kind#LARGEST}; 0 for others
 */
record Ending(Kind kind, int k) {

    /** All of them, {@code pre} [B, columns]. */
    static final Ending PLAIN = new Ending(Kind.PLAIN, 0);
    /** All of them, and {@code fired} [B, columns], a byte each, 1 where one is above its limit. */
    static final Ending MARKED = new Ending(Kind.MARKED, 0);
    /** Those above their limits: {@code where} [2, N], rows and columns ascending, and {@code values} [N]. */
    static final Ending FIRED = new Ending(Kind.FIRED, 0);

    static final String PRE = "pre";
    static final String MARKS = "fired";
    static final String LIMITS = "limits";
    static final String WHERE = "where";
    static final String VALUES = "values";

    enum Kind {
        PLAIN,
        MARKED,
        FIRED,
        LARGEST
    }

    /** The k largest of each row, of equals the lower column: {@code values} [B, k] and {@code where} [B, k], no order promised. */
    static Ending largest(int k) {
        return new Ending(Kind.LARGEST, k);
    }

    /** Of a full graph whose results are looked at where they are made, in memory of the processor. */
    static Ending onProcessor(Activation activation) {
        return activation.wholeRow() ? PLAIN : MARKED;
    }

    /** Of a full graph whose results have a way to go, so that only what fired should. */
    static Ending onDevice(Activation activation) {
        if (activation instanceof Activation.TopK top) {
            return largest(top.k());
        }
        return activation.wholeRow() ? PLAIN : FIRED;
    }

    /** Whether the graph compares with limits. */
    boolean limited() {
        return kind == Kind.MARKED || kind == Kind.FIRED;
    }

    /** Whether the size of the results depends on the rows. */
    boolean open() {
        return kind == Kind.FIRED;
    }

    /** Floats a row that come out, apart from open ones. */
    int floats(int columns) {
        return switch (kind) {
            case PLAIN, MARKED -> columns;
            case FIRED -> 0;
            case LARGEST -> k;
        };
    }

    /** Bytes a row of what comes beside them: marks, or places. */
    int bytes(int columns) {
        return switch (kind) {
            case PLAIN, FIRED -> 0;
            case MARKED -> columns;
            case LARGEST -> k * Integer.BYTES;
        };
    }

    /** Adds it to a graph that computes {@code pre}. */
    void addTo(OnnxMl.GraphProto.Builder graph, int columns, OnnxMl.TensorProto limits) {
        if (kind == Kind.PLAIN || kind == Kind.MARKED) {
            graph.addOutput(OnnxGraph.value(PRE, DataType.FLOAT.getNumber(), columns));
        }
        if (limited()) {
            graph.addInitializer(limits).addNode(OnnxGraph.node("Greater", MARKS, PRE, LIMITS));
        }
        switch (kind) {
            case PLAIN -> {}
            case MARKED -> graph.addOutput(OnnxGraph.value(MARKS, DataType.BOOL.getNumber(), columns));
            case FIRED ->
                graph.addNode(OnnxGraph.node("NonZero", "places", MARKS))
                        .addNode(OnnxGraph.node("Transpose", "pairs", "places"))
                        .addNode(OnnxGraph.node("GatherND", VALUES, PRE, "pairs"))
                        .addNode(OnnxGraph.cast(WHERE, "places", DataType.INT32))
                        .addOutput(OnnxGraph.untold(WHERE, DataType.INT32.getNumber()))
                        .addOutput(OnnxGraph.untold(VALUES, DataType.FLOAT.getNumber()));
            case LARGEST ->
                graph.addInitializer(count())
                        .addNode(OnnxGraph.node("TopK", VALUES, PRE, "k").addOutput("places"))
                        .addNode(OnnxGraph.cast(WHERE, "places", DataType.INT32))
                        .addOutput(OnnxGraph.value(VALUES, DataType.FLOAT.getNumber(), k))
                        .addOutput(OnnxGraph.value(WHERE, DataType.INT32.getNumber(), k));
        }
    }

    private OnnxMl.TensorProto count() {
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(k);
        return OnnxMl.TensorProto.newBuilder()
                .setName("k")
                .setDataType(DataType.INT64.getNumber())
                .addDims(1)
                .setRawData(ByteString.copyFrom(bytes.flip()))
                .build();
    }
}
