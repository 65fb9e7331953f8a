package io.seismo.encoder;

import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of one tensor as captured: row-major, little-endian.
 *
 * @param data the bytes from position to limit: rows · dIn elements; neither copied nor advanced
 * @param dtype element type
 * @param rows number of rows
 * @param dIn width of a row
 */
public record RowBlock(ByteBuffer data, Dtype dtype, int rows, int dIn) {

    public RowBlock {
        data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long expected = (long) rows * dIn * bytesPerElement(dtype);
        if (rows < 0 || dIn < 1 || data.remaining() != expected) {
            throw new IllegalArgumentException("rows " + rows + " of width " + dIn + " in " + dtype + " need "
                    + expected + " bytes, not " + data.remaining());
        }
    }

    /** Bytes of one element. */
    public static int bytesPerElement(Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16, DTYPE_F16 -> 2;
            case DTYPE_F32 -> 4;
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no dtype given");
        };
    }
}
