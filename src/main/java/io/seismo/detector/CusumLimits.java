package io.seismo.detector;

/**
 * Limits of one chart: the h that gives the wanted run length, for every mean and dispersion.
 *
 * <p>Computed at fixed points, each when first needed and kept, and joined so that the run length is never below the
 * wanted one: between two means the larger of their limits holds, between two dispersions the straight line. Points of
 * the mean lie {@value #POINTS_PER_OCTAVE} to an octave and are moved so that k lies on the chain's lattice. Where k is
 * below the lattice's step, several windows are taken together, which can only let the true chart alarm earlier by less
 * than twice their k, and that is added to h.
 *
 * <p>A limit is never below {@value #LEAST} events: fewer than three requests never make a rate.
 *
 * <p>Not thread-safe; a pure function of its arguments all the same.
 */
public final class CusumLimits {

    static final int POINTS_PER_OCTAVE = 4;
    static final double LEAST = 2;

    private static final double[] DISPERSIONS = {1, 1.5, 2, 3, 5};
    private static final double WIDEST = 5;
    private static final double LOWEST_MEAN = 1e-6;
    private static final int POINTS = 34 * POINTS_PER_OCTAVE;
    private static final double STEP = StrictMath.pow(2, 1.0 / POINTS_PER_OCTAVE);
    private static final int STATES = 1_600;

    private final double shift;
    private final double windows;
    private final double[] means = new double[POINTS];
    private final double[][] table = new double[DISPERSIONS.length][POINTS];

    CusumLimits(double shift, double windows) {
        if (!(shift > 1) || !(windows > 1)) {
            throw new IllegalArgumentException("need a shift above 1 and a run length above 1 window");
        }
        this.shift = shift;
        this.windows = windows;
        for (int i = 0; i < POINTS; i++) {
            means[i] = LOWEST_MEAN * StrictMath.pow(2, (double) i / POINTS_PER_OCTAVE);
        }
    }

    /** r. */
    public double shift() {
        return shift;
    }

    /** The wanted average run length under usual traffic, in windows. */
    public double windows() {
        return windows;
    }

    /** The limit for a usual mean per window and its variance over mean. */
    public double h(double mean, double dispersion) {
        if (dispersion > WIDEST) {
            double scale = dispersion / WIDEST;
            return scale * h(mean / scale, WIDEST);
        }
        int d = 0;
        while (d + 1 < DISPERSIONS.length && DISPERSIONS[d + 1] <= dispersion) {
            d++;
        }
        double low = between(d, mean);
        if (dispersion <= DISPERSIONS[d]) {
            return low;
        }
        double part = (dispersion - DISPERSIONS[d]) / (DISPERSIONS[d + 1] - DISPERSIONS[d]);
        return low + part * (between(d + 1, mean) - low);
    }

    private double between(int d, double mean) {
        int i = 0;
        while (i + 1 < POINTS && means[i + 1] <= mean) {
            i++;
        }
        return Math.max(at(d, i), at(d, Math.min(POINTS - 1, i + 1)));
    }

    private double at(int d, int i) {
        if (table[d][i] == 0) {
            table[d][i] = Math.max(LEAST, solve(means[i], DISPERSIONS[d]));
        }
        return table[d][i];
    }

    private double solve(double mean, double dispersion) {
        double guess = dispersion * (StrictMath.log(windows) + 3) / StrictMath.log(shift) + 2;
        double k = CusumDesign.k(mean, shift);
        int parts = parts(k, guess);
        double together = Math.max(1, 1 / (k * parts));
        Lattice lattice = new Lattice((int) Math.max(1, Math.rint(k * together * parts)), parts);
        double[] mass =
                CountLaw.of(lattice.k() / CusumDesign.k(1, shift), dispersion).mass();
        double wanted = windows / together;
        for (int capacity = (int) (guess * parts); ; capacity += capacity / 2) {
            int limit = first(new LadderChain(mass, parts, lattice.down(), capacity).meanSteps(0), wanted);
            if (limit <= capacity) {
                return (double) limit / parts + (together > 1 ? 2 * lattice.k() : 0);
            }
        }
    }

    /** Fine where k is small, so that k is several steps; coarse where counts are large. */
    private static int parts(double k, double guess) {
        int wanted = k >= 16 ? 4 : k >= 4 ? 8 : (int) Math.max(16, Math.min(64, Math.rint(4 / k)));
        return (int) Math.max(1, Math.min(wanted, STATES / guess));
    }

    private static int first(double[] steps, double wanted) {
        int limit = 1;
        while (limit < steps.length && steps[limit] < wanted) {
            limit++;
        }
        return limit;
    }
}
