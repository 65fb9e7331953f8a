package io.seismo.activation;

import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;

/** Elements of captured rows as numbers. */
final class Dtypes {

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

    private static float element(ByteBuffer data, int at, Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16 -> bf16(data.getShort(at));
            case DTYPE_F16 -> f16(data.getShort(at));
            case DTYPE_F32 -> data.getFloat(at);
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no dtype given");
        };
    }
}
