package io.seismo.weights.file;

/** Rounding to 16-bit types, ties to even; written apart from the code under test. */
public final class Halves {

    private Halves() {}

    /** To bfloat16. */
    public static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** To binary16; values beyond its range become infinite. */
    public static short toF16(float value) {
        double magnitude = Math.abs((double) value);
        int sign = Float.floatToRawIntBits(value) < 0 ? 0x8000 : 0;
        int exponent = magnitude == 0 ? -14 : Math.max(Math.getExponent(magnitude), -14);
        long steps = (long) Math.rint(Math.scalb(magnitude, 10 - exponent));
        long bits = steps + ((long) (exponent + 14) << 10);
        return (short) (sign | (int) Math.min(bits, 0x7c00));
    }
}
