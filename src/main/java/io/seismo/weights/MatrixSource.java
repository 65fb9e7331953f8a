package io.seismo.weights;

import java.util.Arrays;

/**
 * A matrix on its way: a tensor [rows, columns], perhaps a transposed view, and what its columns are multiplied with.
 *
 * <p>It is read along its memory, whatever the view: row by row, or column by column a band at a time. That needs no more
 * than a band of {@value #BAND} bytes, so that a matrix of any size can go to a file. Each value is rounded to fp32 as it
 * is read, and once more when it is multiplied.
 */
public final class MatrixSource {

    private static final int LARGEST_DIMENSION = 1 << 24;
    private static final int BAND = 32 << 20;
    /** Columns that are turned together, so that what is written to lies close. */
    private static final int BLOCK = 64;

    private final Tensor tensor;
    private final int rows;
    private final int columns;
    private final double[] factors;

    private MatrixSource(Tensor tensor, double[] factors) {
        if (tensor.shape().size() != 2) {
            throw new WeightsException(tensor + " should have two dimensions", "export it as [d_in, d_sae]");
        }
        this.tensor = tensor;
        this.rows = dimension(tensor, 0);
        this.columns = dimension(tensor, 1);
        this.factors = factors;
    }

    /** One that is brought over as it is. */
    public static MatrixSource of(Tensor tensor) {
        return new MatrixSource(tensor, new double[0]);
    }

    /** The same with column j multiplied by {@code given[j]}. */
    public MatrixSource times(double[] given) {
        return new MatrixSource(tensor, given);
    }

    private static int dimension(Tensor tensor, int axis) {
        long size = tensor.shape().get(axis);
        if (size < 1 || size > LARGEST_DIMENSION) {
            throw new WeightsException(
                    tensor + " has a dimension outside 1 to " + LARGEST_DIMENSION, "is it the right file?");
        }
        return (int) size;
    }

    /** d_in, mostly. */
    public int rows() {
        return rows;
    }

    /** d_sae, mostly. */
    public int columns() {
        return columns;
    }

    /** Bytes in fp32. */
    public long bytes() {
        return (long) rows * columns * Float.BYTES;
    }

    /** Where it is read from. */
    public Tensor tensor() {
        return tensor;
    }

    /** Whether it is contiguous fp32 that nothing is multiplied with, and can be used where it lies. */
    public boolean inPlace() {
        return factors.length == 0
                && tensor.type() == TensorType.F32
                && tensor.contiguous()
                && tensor.offset() % Float.BYTES == 0;
    }

    /** Uses it where it lies, or brings it over to memory. */
    public Matrix load() {
        if (inPlace()) {
            return Matrix.mapped(tensor.source(), tensor.offset(), rows, columns);
        }
        Matrix.Memory memory = new Matrix.Memory(rows, columns);
        into(memory);
        return memory.matrix();
    }

    /** Receives pieces of rows. */
    public interface Sink {

        /** Values of columns {@code column} to {@code column + count} of a row, from {@code values[from]} on. */
        void put(int row, int column, float[] values, int from, int count);
    }

    /** Receives the values before they are multiplied, a whole row or a whole column at a time, in order. */
    public interface Visitor {

        /** A whole row. */
        void row(int row, float[] values);

        /** A whole column. */
        void column(int column, float[] values);
    }

    /** Shows every value once. */
    public void visit(Visitor visitor) {
        boolean across = tensor.columnMajor();
        RowReader reader = (across ? tensor.transposed() : tensor).rows(across ? rows : columns);
        double[] line = new double[across ? rows : columns];
        float[] narrow = new float[line.length];
        for (int i = 0; i < (across ? columns : rows); i++) {
            reader.read(i, line);
            for (int j = 0; j < line.length; j++) {
                narrow[j] = (float) line[j];
            }
            if (across) {
                visitor.column(i, narrow);
            } else {
                visitor.row(i, narrow);
            }
        }
    }

    /** Brings it over. */
    public void into(Sink sink) {
        if (tensor.columnMajor()) {
            turn(sink);
            return;
        }
        RowReader reader = tensor.rows(columns);
        double[] wide = new double[columns];
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++) {
            reader.read(r, wide);
            for (int c = 0; c < columns; c++) {
                row[c] = value(wide[c], r, c);
            }
            sink.put(r, 0, row, 0, columns);
        }
    }

    private void turn(Sink sink) {
        int width = Math.min(columns, Math.max(1, BAND / (rows * Float.BYTES)));
        float[] band = new float[rows * width];
        double[][] lines = new double[Math.min(BLOCK, width)][rows];
        RowReader reader = tensor.transposed().rows(rows);
        for (int from = 0; from < columns; from += width) {
            int count = Math.min(width, columns - from);
            for (int block = 0; block < count; block += BLOCK) {
                int n = Math.min(BLOCK, count - block);
                for (int i = 0; i < n; i++) {
                    reader.read(from + block + i, lines[i]);
                }
                for (int r = 0; r < rows; r++) {
                    for (int i = 0; i < n; i++) {
                        band[r * count + block + i] = value(lines[i][r], r, from + block + i);
                    }
                }
            }
            for (int r = 0; r < rows; r++) {
                sink.put(r, from, band, r * count, count);
            }
        }
    }

    private float value(double read, int row, int column) {
        float value = (float) read;
        if (factors.length == 0) {
            return value;
        }
        double scaled = value * factors[column];
        if (!(Math.abs(scaled) <= Float.MAX_VALUE)) {
            throw new WeightsException(
                    "W exceeds fp32 at [" + row + ", " + column + "] after folding a factor of " + factors[column],
                    "rescale the SAE");
        }
        return (float) scaled;
    }

    @Override
    public String toString() {
        return tensor
                + (factors.length == 0
                        ? ""
                        : " times " + Arrays.stream(factors).distinct().count() + " factors");
    }
}
