package io.seismo.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Weights as fp32 [rows, columns], row-major, in direct memory or mapped from a file.
 *
 * <p>Cut into chunks of whole rows where they exceed what one buffer can address (2 GiB).
 */
public final class Matrix {

    private final int rows;
    private final int columns;
    private final int rowsPerChunk;
    private final ByteBuffer[] chunks;
    private final Optional<Place> place;

    private Matrix(int rows, int columns, ByteBuffer[] chunks, Optional<Place> place) {
        this.rows = rows;
        this.columns = columns;
        this.rowsPerChunk = rowsPerChunk(rows, columns);
        this.chunks = chunks;
        this.place = place;
    }

    /**
     * Where all bytes of a matrix lie, one row after the other.
     *
     * @param file that holds them
     * @param offset of the first
     */
    public record Place(Path file, long offset) {}

    /** A tensor [rows, columns]: used where it lies if it is contiguous fp32, widened or rounded to fp32 otherwise. */
    public static Matrix of(Tensor tensor) {
        return MatrixSource.of(tensor).load();
    }

    /** Row-major fp32 from a byte of a file on. */
    public static Matrix mapped(ByteSource source, long offset, int rows, int columns) {
        int rowsPerChunk = rowsPerChunk(rows, columns);
        ByteBuffer[] chunks = new ByteBuffer[(rows + rowsPerChunk - 1) / rowsPerChunk];
        long row = (long) columns * Float.BYTES;
        for (int i = 0; i < chunks.length; i++) {
            int count = Math.min(rowsPerChunk, rows - i * rowsPerChunk);
            chunks[i] = source.slice(offset + (long) i * rowsPerChunk * row, (int) (count * row));
        }
        Optional<Place> place = source instanceof ByteSource.Mapped file
                ? Optional.of(new Place(file.path(), offset))
                : Optional.empty();
        return new Matrix(rows, columns, chunks, place);
    }

    /** One column. */
    public static Matrix column(double[] values) {
        Memory memory = new Memory(values.length, 1);
        for (int r = 0; r < values.length; r++) {
            memory.put(r, 0, new float[] {(float) values[r]}, 0, 1);
        }
        return memory.matrix();
    }

    private static int rowsPerChunk(int rows, int columns) {
        return Math.min(rows, Integer.MAX_VALUE / (columns * Float.BYTES));
    }

    /** Number of rows: d_in. */
    public int rows() {
        return rows;
    }

    /** Number of columns: d_sae. */
    public int columns() {
        return columns;
    }

    /** The file it is mapped from; empty when it lies in memory. */
    public Optional<Place> place() {
        return place;
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
                    "a matrix of " + rows + " by " + columns
                            + " exceeds 2 GiB, more than one full graph takes from memory",
                    "run 'seismo sae import', which writes it to a file that is mapped, or watch single features of it");
        }
        return chunks[0].duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The chosen columns as [rows, chosen] in new direct memory. */
    public Matrix gather(int[] chosen) {
        Memory memory = new Memory(rows, chosen.length);
        float[] row = new float[chosen.length];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < chosen.length; c++) {
                row[c] = get(r, chosen[c]);
            }
            memory.put(r, 0, row, 0, chosen.length);
        }
        return memory.matrix();
    }

    /** A copy with every value changed. */
    public Matrix map(UnaryFloat change) {
        Memory memory = new Memory(rows, columns);
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
            row(r, row);
            for (int c = 0; c < columns; c++) {
                row[c] = change.apply(row[c]);
            }
            memory.put(r, 0, row, 0, columns);
        }
        return memory.matrix();
    }

    /** A copy with column {@code j} multiplied by {@code factors[j]} in double and rounded once. */
    public Matrix scaled(double[] factors) {
        Memory memory = new Memory(rows, columns);
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
            row(r, row);
            for (int c = 0; c < columns; c++) {
                row[c] = (float) (row[c] * factors[c]);
            }
            memory.put(r, 0, row, 0, columns);
        }
        return memory.matrix();
    }

    /** A function of one value. */
    @FunctionalInterface
    public interface UnaryFloat {

        /** The new value. */
        float apply(float value);
    }

    /** A matrix being filled in direct memory. */
    static final class Memory implements MatrixSource.Sink {

        private final int rows;
        private final int columns;
        private final int rowsPerChunk;
        private final ByteBuffer[] chunks;

        Memory(int rows, int columns) {
            this.rows = rows;
            this.columns = columns;
            this.rowsPerChunk = rowsPerChunk(rows, columns);
            this.chunks = new ByteBuffer[(rows + rowsPerChunk - 1) / rowsPerChunk];
            for (int i = 0; i < chunks.length; i++) {
                int count = Math.min(rowsPerChunk, rows - i * rowsPerChunk);
                chunks[i] =
                        ByteBuffer.allocateDirect(count * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            }
        }

        @Override
        public void put(int row, int column, float[] values, int from, int count) {
            int at = (row % rowsPerChunk * columns + column) * Float.BYTES;
            chunks[row / rowsPerChunk]
                    .slice(at, count * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .put(values, from, count);
        }

        /** What was put so far. */
        Matrix matrix() {
            return new Matrix(rows, columns, chunks, Optional.empty());
        }
    }
}
