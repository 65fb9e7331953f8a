package io.seismo.encoder;

import java.util.Arrays;

/**
 * Features that fired, row by row, in reused arrays.
 *
 * <p>Row {@code r} owns entries {@code start(r)} to {@code end(r)}; indexes ascend within a row.
 */
public final class SparseRows {

    private int[] ends = new int[16];
    private int[] indices = new int[1024];
    private float[] values = new float[1024];
    private int rows;
    private int size;

    /** Forgets all rows, keeps the arrays. */
    public void clear() {
        rows = 0;
        size = 0;
    }

    /** Adds a firing to the row being written. */
    public void add(int feature, float value) {
        if (size == indices.length) {
            indices = Arrays.copyOf(indices, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        indices[size] = feature;
        values[size++] = value;
    }

    /** Ends the row being written. */
    public void endRow() {
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, rows * 2);
        }
        ends[rows++] = size;
    }

    public int rows() {
        return rows;
    }

    public int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    public int end(int row) {
        return ends[row];
    }

    public int feature(int entry) {
        return indices[entry];
    }

    public float value(int entry) {
        return values[entry];
    }
}
