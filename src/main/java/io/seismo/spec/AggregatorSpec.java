package io.seismo.spec;

/** How token signals become a request score. */
public sealed interface AggregatorSpec {

    /** Largest token signal. */
    record Max() implements AggregatorSpec {
        @Override
        public String toString() {
            return "max";
        }
    }

    /**
     * Largest value of an exponential moving average, so that one token alone cannot fire a request.
     *
     * @param alpha weight of the newest token, in (0, 1]
     */
    record EmaMax(float alpha) implements AggregatorSpec {
        public EmaMax {
            if (!(alpha > 0 && alpha <= 1)) {
                throw new IllegalArgumentException("ema weight must lie in (0, 1], not " + alpha);
            }
        }

        @Override
        public String toString() {
            return "ema(" + alpha + ").max";
        }
    }
}
