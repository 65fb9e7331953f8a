package io.seismo.encoder.onnx;

import io.seismo.encoder.SparseRows;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** The k largest of a row, as {@link Ending#largest} gives them, in ascending order of features. One thread at a time. */
final class Largest {

    private final long[] pairs;
    private int size;

    Largest(int k) {
        this.pairs = new long[k];
    }

    /** Adds those above 0, and ends the row. */
    void sparse(ByteBuffer where, FloatBuffer values, int row, SparseRows out) {
        read(where, values, row);
        for (int i = 0; i < size; i++) {
            out.add(feature(i), value(i));
        }
        out.endRow();
    }

    /** Values of a few features, ascending; 0 where one is not among the k or not above 0. */
    void pick(ByteBuffer where, FloatBuffer values, int row, int[] watched, float[] out, int at) {
        read(where, values, row);
        int i = 0;
        for (int c = 0; c < watched.length; c++) {
            while (i < size && feature(i) < watched[c]) {
                i++;
            }
            out[at + c] = i < size && feature(i) == watched[c] ? value(i) : 0;
        }
    }

    private void read(ByteBuffer where, FloatBuffer values, int row) {
        size = 0;
        for (int i = row * pairs.length; i < (row + 1) * pairs.length; i++) {
            float value = values.get(i);
            if (value > 0) {
                pairs[size++] = (long) where.getInt(i * Integer.BYTES) << Integer.SIZE | Float.floatToRawIntBits(value);
            }
        }
        Arrays.sort(pairs, 0, size);
    }

    private int feature(int i) {
        return (int) (pairs[i] >>> Integer.SIZE);
    }

    private float value(int i) {
        return Float.intBitsToFloat((int) pairs[i]);
    }
}
