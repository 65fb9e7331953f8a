package io.seismo.spec;

import java.util.Locale;

/**
 * What the multiplication of an encoder is done in. Whatever it is, its results are fp32 before a threshold is compared.
 *
 * <p>On the processor bf16 and fp16 round W and multiply in fp32, since ONNX Runtime has no kernels of these types for it; on a
 * GPU rows and products are of that type, too. int8 has a scale for each column of W and one for each row of activations.
 */
public enum Precision {
    /** IEEE 754 binary32: W as it is. */
    FP32,
    /** Eight bits of exponent, eight of fraction. */
    BF16,
    /** IEEE 754 binary16. */
    FP16,
    /** Integers of −127 to 127. */
    INT8;

    /** As a spec names it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
