package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.TapPlan;
import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Matrix;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The columns that are collected for one multiplication. */
final class MatrixGroup {

    /**
     * What shares one: the rows, what is done to them first, where and in what precision it runs. What differs in any of
     * these is multiplied apart.
     */
    record Key(String tap, InputNorm norm, Arithmetic arithmetic) {}

    /**
     * Columns of one encoder.
     *
     * @param matrix where they are taken from
     * @param firstRow row of {@code matrix} that the tap's first value is multiplied with
     * @param columns which ones
     * @param bias of each
     * @param limits of each; NaN for none
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Piece(Matrix matrix, int firstRow, int[] columns, float[] bias, float[] limits) {}

    private final int index;
    private final TapPlan tap;
    private final InputNorm norm;
    private final Arithmetic arithmetic;
    private final List<Piece> pieces = new ArrayList<>();
    private int columns;

    MatrixGroup(int index, TapPlan tap, InputNorm norm, Arithmetic arithmetic) {
        this.index = index;
        this.tap = tap;
        this.norm = norm;
        this.arithmetic = arithmetic;
    }

    /** Which block it becomes. */
    int index() {
        return index;
    }

    /** Adds columns; gives the place of the first. */
    int add(Piece piece) {
        int offset = columns;
        pieces.add(piece);
        columns += piece.columns.length;
        return offset;
    }

    /** Gathers the columns and makes the session. */
    MatrixBlock open(GraphLoader loader) {
        Dtype input = norm == InputNorm.NONE ? tap.dtype() : Dtype.DTYPE_F32;
        OnnxDigest digest = loader.digest();
        float[] bias = new float[columns];
        float[] limits = new float[columns];
        int at = 0;
        for (Piece piece : pieces) {
            System.arraycopy(piece.bias, 0, bias, at, piece.bias.length);
            System.arraycopy(piece.limits, 0, limits, at, piece.limits.length);
            at += piece.columns.length;
            for (int column : piece.columns) {
                digest.text(Integer.toString(column));
            }
        }
        digest.text(tap.name() + " " + norm + " " + arithmetic.device().place());
        GraphLoader.Wanted wanted = new GraphLoader.Wanted(
                input,
                OrtGraphSession.inMemory(gather(), columns),
                Packing.PACKED,
                bias,
                false,
                new LoadedGraph.Around(norm, new Activation.Linear(), limits));
        LoadedGraph loaded = loader.load(wanted, arithmetic);
        digest.bytes(OrtGraphSession.direct(bias));
        digest.bytes(OrtGraphSession.direct(limits));
        return new MatrixBlock(tap.name(), tap.dtype(), tap.dIn(), loaded, limits);
    }

    private ByteBuffer gather() {
        long bytes = (long) tap.dIn() * columns * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new EncoderException("tap " + tap.name() + " watches " + columns + " columns, " + bytes
                    + " bytes of weights, more than 2 GiB; watch fewer, or let heads read fewer features");
        }
        ByteBuffer gathered = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < tap.dIn(); r++) {
            for (Piece piece : pieces) {
                for (int column : piece.columns) {
                    gathered.putFloat(piece.matrix.get(piece.firstRow + r, column));
                }
            }
        }
        return gathered.flip();
    }
}
