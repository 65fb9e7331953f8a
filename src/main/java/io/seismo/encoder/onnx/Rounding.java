package io.seismo.encoder.onnx;

import io.seismo.spec.Precision;
import io.seismo.weights.Matrix;
import io.seismo.weights.WeightsException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Weights brought to bf16 or fp16, to nearest and ties to even. */
final class Rounding {

    private static final float LARGEST_FP16 = 65_504;

    private Rounding() {}

    /** The matrix with every value rounded, still in fp32. */
    static Matrix of(Precision precision, Matrix matrix) {
        return matrix.map(value -> round(precision, value));
    }

    /** The matrix in two bytes a value, row-major and little-endian, in direct memory. */
    static ByteBuffer halves(Precision precision, Matrix matrix) {
        long bytes = (long) matrix.rows() * matrix.columns() * Short.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new WeightsException(
                    "a matrix of " + matrix.rows() + " by " + matrix.columns() + " exceeds 2 GiB in "
                            + precision.word(),
                    "use fp32, which may lie in a file");
        }
        ByteBuffer halves = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] row = new float[matrix.columns()];
        for (int r = 0; r < matrix.rows(); r++) {
            matrix.row(r, row);
            for (float value : row) {
                halves.putShort(bits(precision, round(precision, value)));
            }
        }
        return halves.flip();
    }

    /** The nearest value of bf16 or fp16; of others the value itself. */
    static float round(Precision precision, float value) {
        return switch (precision) {
            case BF16 -> bf16(value);
            case FP16 -> fp16(value);
            case FP32, INT8 -> value;
        };
    }

    private static float bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
    }

    /** To the step of the value's own exponent, which below 2^-14 stays that of subnormals. */
    private static float fp16(float value) {
        int exponent = Math.max(-14, Math.getExponent(value));
        double step = Math.scalb(1.0, exponent - 10);
        double rounded = Math.rint(value / step) * step;
        if (Math.abs(rounded) > LARGEST_FP16) {
            throw new WeightsException("a weight of " + value + " exceeds fp16", "use bf16");
        }
        return (float) rounded;
    }

    /** The two bytes of a value that is one of the type. */
    private static short bits(Precision precision, float rounded) {
        int wide = Float.floatToRawIntBits(rounded);
        if (precision == Precision.BF16) {
            return (short) (wide >>> 16);
        }
        int sign = wide >>> 16 & 0x8000;
        int exponent = Math.getExponent(rounded);
        int magnitude =
                exponent < -14 ? (int) (Math.abs(rounded) * 0x1p24f) : (exponent + 15) << 10 | (wide >>> 13 & 0x3ff);
        return (short) (sign | magnitude);
    }
}
