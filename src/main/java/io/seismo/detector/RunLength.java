package io.seismo.detector;

/**
 * Average run length of a one-sided Poisson CUSUM: mean windows until {@code C ≥ h}.
 *
 * <p>Exact when k is a fraction of a small denominator; otherwise k is replaced by the nearest fraction that keeps the
 * chain at 3,000 states and a billion multiplications.
 *
 * @param k reference value, events a window
 * @param h limit, events
 */
public record RunLength(double k, double h) {

    private static final int MOST_STATES = 3_000;
    private static final int MOST_PARTS = 600;
    private static final double MOST_WORK = 1e9;

    public RunLength {
        if (!(k > 0) || !(h > 0)) {
            throw new IllegalArgumentException("need k and h above 0");
        }
    }

    /** Mean windows from C = 0 when counts are Poisson with this mean. */
    public double at(double mean) {
        return from(0, mean, 1);
    }

    /** Mean windows from C = {@code start} (a head start), counts having this mean and variance over mean. */
    public double from(double start, double mean, double dispersion) {
        Lattice lattice = Lattice.of(k, mostParts());
        int limit = lattice.limit(h);
        int first = (int) Math.rint(start * lattice.parts());
        if (first >= limit) {
            throw new IllegalArgumentException("a start of " + start + " is not below the limit");
        }
        double[] mass = CountLaw.of(mean, dispersion).mass();
        return new LadderChain(mass, lattice.parts(), lattice.down(), limit).meanSteps(first)[limit];
    }

    private int mostParts() {
        double affordable = StrictMath.cbrt(MOST_WORK / (h * h * Math.min(k, h)));
        return (int) Math.max(1 / Math.min(1, k), Math.min(affordable, Math.min(MOST_PARTS, MOST_STATES / h)));
    }
}
