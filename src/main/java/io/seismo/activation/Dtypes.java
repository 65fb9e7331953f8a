package io.seismo.activation;

import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;

/** Elements of captured rows as numbers. */
final class Dtypes {

    /** Far above the error of a sum of any row that fits a record, far below what a bound is precise to. */
    private static final double MARGIN = 1e-9;

    private Dtypes() {}

    /** A bfloat16: the upper half of a float. */
    static float bf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** An IEEE 754 binary16. */
    static float f16(short bits) {
        int exponent = bits >>> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        float magnitude;
        if (exponent == 0) {
            magnitude = mantissa * 0x1p-24f;
        } else if (exponent == 0x1f) {
            magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat(((exponent + 112) << 23) | (mantissa << 13));
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /** Euclidean norm of a row, added up in double precision from left to right. */
    static double norm(RowBlock rows, int row) {
        ByteBuffer data = rows.data();
        int bytes = RowBlock.bytesPerElement(rows.dtype());
        int at = data.position() + row * rows.dIn() * bytes;
        double sum = 0;
        for (int i = 0; i < rows.dIn(); i++, at += bytes) {
            double x = element(data, at, rows.dtype());
            sum += x * x;
        }
        return Math.sqrt(sum);
    }

    /**
     * Whether {@link #norm} is above a bound, mostly without waiting for one addition after the other.
     *
     * <p>Four sums side by side differ from the sum in order by a relative error of at most elements · 2⁻⁵³; where that
     * could matter the sum in order decides, so the answer is always that of {@code norm(rows, row) > bound}.
     */
    static boolean longer(RowBlock rows, int row, float bound) {
        double square = (double) bound * bound;
        double quick = rows.dtype() == Dtype.DTYPE_BF16 ? squaresOfBf16(rows, row) : Double.NaN;
        if (quick < square * (1 - MARGIN)) {
            return false;
        }
        return quick > square * (1 + MARGIN) || norm(rows, row) > bound;
    }

    private static double squaresOfBf16(RowBlock rows, int row) {
        ByteBuffer data = rows.data();
        int at = data.position() + row * rows.dIn() * Short.BYTES;
        int end = at + rows.dIn() * Short.BYTES;
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long four = data.getLong(at);
            double w = Float.intBitsToFloat((int) four << 16);
            double x = Float.intBitsToFloat((int) four & 0xffff0000);
            double y = Float.intBitsToFloat((int) (four >>> 32) << 16);
            double z = Float.intBitsToFloat((int) (four >>> 32) & 0xffff0000);
            a += w * w;
            b += x * x;
            c += y * y;
            d += z * z;
        }
        for (; at < end; at += Short.BYTES) {
            double x = bf16(data.getShort(at));
            a += x * x;
        }
        return a + b + (c + d);
    }

    /** The element that begins at a byte of little-endian data. */
    static float element(ByteBuffer data, int at, Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16 -> bf16(data.getShort(at));
            case DTYPE_F16 -> f16(data.getShort(at));
            case DTYPE_F32 -> data.getFloat(at);
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no dtype given");
        };
    }
}
