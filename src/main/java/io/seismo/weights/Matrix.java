package io.seismo.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Weights as fp32 [rows, columns], row-major, in direct memory or mapped from a file.
 *
 * <p>Cut into chunks of whole rows where they exceed what one buffer can address (2 GiB).
 */
public final class Matrix {

    private static final int LARGEST_DIMENSION = 1 << 24;

    private final int rows;
    private final int columns;
    private final int rowsPerChunk;
    private final ByteBuffer[] chunks;

    private Matrix(int rows, int columns, int rowsPerChunk, ByteBuffer[] chunks) {
        this.rows = rows;
        this.columns = columns;
        this.rowsPerChunk = rowsPerChunk;
        this.chunks = chunks;
    }

    /** Columns of a transposed tensor that are brought over together. */
    private static final int BLOCK = 64;

    /** A tensor [rows, columns]: used where it lies if it is contiguous fp32, widened or rounded to fp32 otherwise. */
    public static Matrix of(Tensor tensor) {
        if (tensor.shape().size() != 2) {
            throw new WeightsException(tensor + " should have two dimensions", "export it as [d_in, d_sae]");
        }
        int rows = dimension(tensor, 0);
        int columns = dimension(tensor, 1);
        Builder builder = new Builder(rows, columns);
        if (tensor.type() == TensorType.F32 && tensor.contiguous() && tensor.offset() % Float.BYTES == 0) {
            return builder.mapped(tensor);
        }
        if (tensor.columnMajor()) {
            return builder.transposing(tensor);
        }
        double[] row = new double[columns];
        RowReader reader = tensor.rows(columns);
        for (int r = 0; r < rows; r++) {
            reader.read(r, row);
            builder.row(r, row);
        }
        return builder.build();
    }

    /** One column. */
    static Matrix column(double[] values) {
        Builder builder = new Builder(values.length, 1);
        for (int r = 0; r < values.length; r++) {
            builder.row(r, new double[] {values[r]});
        }
        return builder.build();
    }

    private static int dimension(Tensor tensor, int axis) {
        long size = tensor.shape().get(axis);
        if (size < 1 || size > LARGEST_DIMENSION) {
            throw new WeightsException(
                    tensor + " has a dimension outside 1 to " + LARGEST_DIMENSION, "is it the right file?");
        }
        return (int) size;
    }

    /** Number of rows: d_in. */
    public int rows() {
        return rows;
    }

    /** Number of columns: d_sae. */
    public int columns() {
        return columns;
    }

    /** One element. */
    public float get(int row, int column) {
        return chunks[row / rowsPerChunk].getFloat((row % rowsPerChunk * columns + column) * Float.BYTES);
    }

    /** Copies one row. */
    public void row(int row, float[] out) {
        chunks[row / rowsPerChunk]
                .slice(row % rowsPerChunk * columns * Float.BYTES, columns * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(out, 0, columns);
    }

    /** All bytes in one buffer, without a copy; refused when they exceed 2 GiB. */
    public ByteBuffer bytes() {
        if (chunks.length != 1) {
            throw new WeightsException(
                    "a matrix of " + rows + " by " + columns + " exceeds 2 GiB, more than one full graph takes",
                    "watch single features of it instead");
        }
        return chunks[0].duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The chosen columns as [rows, chosen] in new direct memory. */
    public Matrix gather(int[] chosen) {
        Builder builder = new Builder(rows, chosen.length);
        double[] row = new double[chosen.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < chosen.length; c++) {
                row[c] = get(r, chosen[c]);
            }
            builder.row(r, row);
        }
        return builder.build();
    }

    /** A copy with column {@code j} multiplied by {@code factors[j]}, rounded once. */
    public Matrix scaled(double[] factors) {
        Builder builder = new Builder(rows, columns);
        double[] row = new double[columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                row[c] = get(r, c) * factors[c];
                if (!(Math.abs(row[c]) <= Float.MAX_VALUE)) {
                    throw new WeightsException(
                            "W exceeds fp32 at [" + r + ", " + c + "] after folding a factor of " + factors[c],
                            "rescale the SAE");
                }
            }
            builder.row(r, row);
        }
        return builder.build();
    }

    /** Fills chunks row by row. */
    private static final class Builder {

        private final int rows;
        private final int columns;
        private final int rowsPerChunk;
        private final ByteBuffer[] chunks;

        Builder(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.rowsPerChunk = Math.min(rows, Integer.MAX_VALUE / (Math.max(columns, 1) * Float.BYTES));
            this.chunks = new ByteBuffer[(rows + rowsPerChunk - 1) / rowsPerChunk];
        }

        Matrix mapped(Tensor tensor) {
            for (int i = 0; i < chunks.length; i++) {
                long from = tensor.offset() + (long) i * rowsPerChunk * columns * Float.BYTES;
                chunks[i] = tensor.source().slice(from, chunkBytes(i));
            }
            return build();
        }

        /** Reads a column-major tensor along its memory, a block of columns at a time. */
        Matrix transposing(Tensor tensor) {
            for (int i = 0; i < chunks.length; i++) {
                chunks[i] = ByteBuffer.allocateDirect(chunkBytes(i)).order(ByteOrder.LITTLE_ENDIAN);
            }
            RowReader reader = tensor.transposed().rows(rows);
            double[][] block = new double[Math.min(BLOCK, columns)][rows];
            for (int from = 0; from < columns; from += BLOCK) {
                int count = Math.min(BLOCK, columns - from);
                for (int i = 0; i < count; i++) {
                    reader.read(from + i, block[i]);
                }
                for (int r = 0; r < rows; r++) {
                    ByteBuffer chunk = chunks[r / rowsPerChunk];
                    int at = (r % rowsPerChunk * columns + from) * Float.BYTES;
                    for (int i = 0; i < count; i++) {
                        chunk.putFloat(at + i * Float.BYTES, (float) block[i][r]);
                    }
                }
            }
            return build();
        }

        void row(int row, double[] values) {
            int chunk = row / rowsPerChunk;
            if (row % rowsPerChunk == 0) {
                chunks[chunk] = ByteBuffer.allocateDirect(chunkBytes(chunk)).order(ByteOrder.LITTLE_ENDIAN);
            }
            int at = row % rowsPerChunk * columns;
            for (int c = 0; c < columns; c++) {
                chunks[chunk].putFloat((at + c) * Float.BYTES, (float) values[c]);
            }
        }

        private int chunkBytes(int chunk) {
            return Math.min(rowsPerChunk, rows - chunk * rowsPerChunk) * columns * Float.BYTES;
        }

        Matrix build() {
            return new Matrix(rows, columns, rowsPerChunk, chunks);
        }
    }
}
