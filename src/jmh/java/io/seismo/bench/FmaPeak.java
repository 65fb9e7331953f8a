package io.seismo.bench;

/**
 * The most multiplications a core of this machine does: a loop of nothing but fused multiply-adds over an array that stays in
 * the first cache, which the JIT compiler turns into vectors of the processor's full width.
 *
 * <p>Six in a row for each load and store: more loads would be the limit, and longer chains leave too few of them in flight
 * (sixteen reach three quarters). A lower bound of the peak. On a Zen 3 core it gives 94 GFLOP/s on JDK 17 and 25.
 */
final class FmaPeak {

    private static final int FLOATS = 1_024;
    private static final int DEPTH = 6;
    private static final int SWEEPS = 4_000;

    /** Floating-point operations of one {@link #run}: a multiplication and an addition each. */
    static final double OPERATIONS = 2.0 * FLOATS * DEPTH * SWEEPS;

    private final float[] values = new float[FLOATS];

    /** Does them; the sum is returned so that they cannot be left out. */
    float run() {
        float[] all = values;
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            sweep(all, 0.001f, 0.001f);
        }
        return all[FLOATS - 1];
    }

    /** The accumulator is overwritten in place: no copy of a register goes with a multiplication. */
    private static void sweep(float[] all, float a, float b) {
        for (int i = 0; i < all.length; i++) {
            float x = all[i];
            x = Math.fma(a, b, x);
            x = Math.fma(a, b, x);
            x = Math.fma(a, b, x);
            x = Math.fma(a, b, x);
            x = Math.fma(a, b, x);
            all[i] = Math.fma(a, b, x);
        }
    }
}
