package io.seismo.detector;

/**
 * A grid that holds a CUSUM's values: steps of {@code 1/parts}, with {@code k = down/parts}.
 *
 * @param down k in steps
 * @param parts steps to one event
 */
record Lattice(int down, int parts) {

    private static final double EXACT = 1e-12;

    Lattice {
        if (down < 1 || parts < 1) {
            throw new IllegalArgumentException("k must be at least one step of the lattice");
        }
    }

    double k() {
        return (double) down / parts;
    }

    /** The first lattice on which k lies exactly, else the one with the nearest k, of at most {@code mostParts}. */
    static Lattice of(double k, int mostParts) {
        Lattice best = new Lattice(Math.max(1, (int) Math.rint(k * mostParts)), mostParts);
        for (int parts = 1; parts <= mostParts; parts++) {
            int down = (int) Math.rint(k * parts);
            if (down >= 1 && Math.abs((double) down / parts - k) < Math.abs(best.k() - k) - EXACT * k) {
                best = new Lattice(down, parts);
            }
            if (Math.abs(best.k() - k) <= EXACT * k) {
                return first(best);
            }
        }
        return best;
    }

    /** The limit in steps: C ≥ h when its step is at least this. */
    int limit(double h) {
        return Math.max(1, (int) Math.ceil(h * parts - 1e-9));
    }

    private static Lattice first(Lattice lattice) {
        int divisor = gcd(lattice.down, lattice.parts);
        return new Lattice(lattice.down / divisor, lattice.parts / divisor);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
