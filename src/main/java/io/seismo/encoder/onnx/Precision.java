package io.seismo.encoder.onnx;

import io.seismo.weights.WeightsException;

/**
 * Weights of less than fp32, to see what they would change; the pipeline itself runs in fp32.
 *
 * <p>bf16 and fp16 round W and compute in fp32: ONNX Runtime has no kernels of these types for the processor, so they save
 * nothing here, and show what a graph of that type would give up. int8 computes in integers: a scale for each column of W
 * and one for each row of activations, never one for a batch, so that no row depends on its neighbours.
 */
public enum Precision {
    /** Eight bits of exponent, eight of fraction. */
    BF16,
    /** IEEE 754 binary16. */
    FP16,
    /** Integers of −127 to 127. */
    INT8;

    private static final float LARGEST_FP16 = 65_504;

    /** The nearest value of bf16 or fp16, ties to even; of int8 the value itself. */
    float round(float value) {
        return switch (this) {
            case BF16 -> bf16(value);
            case FP16 -> fp16(value);
            case INT8 -> value;
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
}
