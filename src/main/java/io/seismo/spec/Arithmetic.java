package io.seismo.spec;

/**
 * How an encoder is computed; with its weights, this is all that makes its numbers.
 *
 * @param device where it runs
 * @param precision of its multiplication
 * @param topkThreshold what stands in for the k-th largest value of a row of a top-k SAE, above 0; 0 for the exact one
 */
public record Arithmetic(Device device, Precision precision, float topkThreshold) {

    /** fp32 on the processor, and exact. */
    public static final Arithmetic PLAIN = new Arithmetic(Device.CPU, Precision.FP32, 0);

    public Arithmetic {
        if (!(topkThreshold >= 0 && topkThreshold < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a threshold for top-k is above 0 and finite");
        }
    }

    /** Exact in fp32 on a device. */
    public static Arithmetic on(Device device) {
        return new Arithmetic(device, Precision.FP32, 0);
    }

    /** Exact on the processor. */
    public static Arithmetic in(Precision precision) {
        return new Arithmetic(Device.CPU, precision, 0);
    }

    /** Whether a threshold stands in for the k-th largest value. */
    public boolean thresholded() {
        return topkThreshold > 0;
    }

    /** The same for what has no top-k of its own, such as columns that are multiplied together. */
    public Arithmetic unthresholded() {
        return new Arithmetic(device, precision, 0);
    }
}
