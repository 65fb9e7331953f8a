package io.seismo.score;

import io.seismo.spec.AggregatorSpec;

/**
 * How token signals become a request score, one token at a time in constant space: a smoother, then the maximum of what
 * it gives. The score of a request therefore never falls, and a threshold is crossed at most once.
 *
 * <p>All arithmetic is in {@code float}, in exactly the order written here; Java rounds each operation (JLS 15.4), so
 * every machine agrees.
 */
public sealed interface Aggregator {

    /**
     * Smooths one signal.
     *
     * @param before what the previous scored token gave; 0 before the first
     * @param signal of this token
     */
    float smooth(float before, float signal);

    /** The aggregator of a spec. */
    static Aggregator of(AggregatorSpec spec) {
        if (spec instanceof AggregatorSpec.EmaMax ema) {
            return new EmaMax(ema.alpha(), 1f - ema.alpha());
        }
        return new Max();
    }

    /** Largest signal so far. */
    record Max() implements Aggregator {
        @Override
        public float smooth(float before, float signal) {
            return signal;
        }
    }

    /**
     * Largest value of the exponential moving average e_t = a · x_t + (1 − a) · e_{t−1}, with e_{−1} = 0.
     *
     * @param alpha a
     * @param rest 1 − a
     */
    record EmaMax(float alpha, float rest) implements Aggregator {
        @Override
        public float smooth(float before, float signal) {
            return alpha * signal + rest * before;
        }
    }
}
