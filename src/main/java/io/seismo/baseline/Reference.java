package io.seismo.baseline;

/**
 * The rate a baseline had when it became warm. It is set once and never learns, so a slow ramp cannot move it.
 *
 * @param fired requests that had fired
 * @param seen requests that had been seen, at least one
 * @param setMs event time at which it was set
 */
public record Reference(double fired, double seen, long setMs) {

    public Reference {
        if (!(fired >= 0) || !(seen > 0)) {
            throw new IllegalArgumentException("a reference needs requests seen and no negative count");
        }
    }

    /** Requests that fired over requests seen. */
    public double rate() {
        return fired / seen;
    }

    /** Upper 90 % confidence bound of the rate, see {@link RateBaseline#chartRate()}. */
    public double chartRate() {
        return UpperBound.rate(fired, seen, 1);
    }
}
