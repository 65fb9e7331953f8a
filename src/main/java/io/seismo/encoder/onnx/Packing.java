package io.seismo.encoder.onnx;

import io.seismo.weights.Matrix;

/**
 * How a session keeps W: rearranged in memory of its own, or where it lies in its file.
 *
 * <p>Packed is faster and costs as much memory as W is large; mapped costs none beyond the page cache, which processes
 * share. Their last bits differ, so the fingerprint tells them apart. A matrix that lies in no file is always packed.
 */
public enum Packing {
    /** Rearranged for the processor. */
    PACKED,
    /** Read from the mapped file. */
    MAPPED;

    /** A larger matrix is mapped: 512 MiB. */
    public static final long LARGEST_PACKED = 512L << 20;

    /** What is chosen when nobody asks for one. */
    static Packing of(Matrix matrix) {
        return matrix.place().isPresent() ? of((long) matrix.rows() * matrix.columns() * Float.BYTES) : PACKED;
    }

    /** What is chosen for a matrix of so many bytes in a file. */
    public static Packing of(long bytes) {
        return bytes <= LARGEST_PACKED ? PACKED : MAPPED;
    }
}
