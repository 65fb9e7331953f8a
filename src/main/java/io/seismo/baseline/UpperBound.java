package io.seismo.baseline;

/**
 * Upper confidence bound of a rate: {@code (x + 1 + z·√((x + 1)·phi)) / n} with z of 90 %. At x = 0 it is 2.28 against
 * the exact Poisson bound of 2.30, at x = 100 it is 113.9 against 114.1.
 */
final class UpperBound {

    /** 90th percentile of the standard normal. */
    private static final double Z = 1.2815515655446004;

    private UpperBound() {}

    static double rate(double fired, double seen, double dispersion) {
        double events = fired + 1;
        return (events + Z * Math.sqrt(events * dispersion)) / seen;
    }
}
