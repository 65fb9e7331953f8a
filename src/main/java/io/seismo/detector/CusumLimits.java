package io.seismo.detector;

/**
 * Limits of one chart: the h that gives the wanted run length, for every mean and dispersion.
 *
 * <p>Computed at fixed points, each when first needed and kept, and joined so that the run length is not below the
 * wanted one: between two means the larger of their limits holds, between two dispersions the straight line. Means lie
 * {@value #POINTS_PER_OCTAVE} to an octave, moved a little so that k lies on the chain's lattice. Where k is below four
 * steps of the lattice, several windows are taken together instead: the true chart can then alarm earlier by less than
 * twice their k, which is added to h. Two steps of the lattice are added too: off the lattice a chart has values between
 * its points, at the limit and at zero.
 *
 * <p>A limit is never below {@value #LEAST} events: fewer than three requests never make a rate.
 *
 * <p>Not thread-safe; a pure function of its arguments all the same.
 */
public final class CusumLimits {

    static final int POINTS_PER_OCTAVE = 4;
    static final double LEAST = 2;

    private static final double[] DISPERSIONS = {1, 1.25, 1.5, 2, 3, 5};
    private static final double WIDEST = 5;
    private static final double LOWEST_MEAN = 1e-6;
    private static final int POINTS = 34 * POINTS_PER_OCTAVE;
    private static final int FEW_STEPS = 4;
    private static final int STATES = 1_600;

    private final double shift;
    private final double windows;
    private final Point[][] points = new Point[DISPERSIONS.length][POINTS];
    private final double[][] table = new double[DISPERSIONS.length][POINTS];

    /**
     * Where a limit is computed.
     *
     * @param mean per window
     * @param lattice that holds the chart of {@code together} windows
     * @param together windows taken together, at least 1
     */
    private record Point(double mean, Lattice lattice, double together) {}

    CusumLimits(double shift, double windows) {
        if (!(shift > 1) || !(windows > 1)) {
            throw new IllegalArgumentException("need a shift above 1 and a run length above 1 window");
        }
        this.shift = shift;
        this.windows = windows;
        for (int d = 0; d < DISPERSIONS.length; d++) {
            for (int i = 0; i < POINTS; i++) {
                double mean = LOWEST_MEAN * StrictMath.pow(2, (double) i / POINTS_PER_OCTAVE);
                points[d][i] = point(mean, guess(DISPERSIONS[d]));
            }
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
        for (int above = POINTS; above - i > 1; ) {
            int middle = (i + above) / 2;
            boolean right = points[d][middle].mean() <= mean;
            i = right ? middle : i;
            above = right ? above : middle;
        }
        return Math.max(at(d, i), at(d, Math.min(POINTS - 1, i + 1)));
    }

    private double at(int d, int i) {
        if (table[d][i] == 0) {
            table[d][i] = Math.max(LEAST, solve(points[d][i], DISPERSIONS[d]));
        }
        return table[d][i];
    }

    /** About what h will be; the chain grows where this is too low. */
    private double guess(double dispersion) {
        return dispersion * (StrictMath.log(windows) + 3) / StrictMath.log(shift) + 2;
    }

    private Point point(double mean, double guess) {
        double k = CusumDesign.k(mean, shift);
        int parts = parts(k, guess);
        double steps = k * parts;
        if (steps < FEW_STEPS) {
            int down = (int) Math.max(1, Math.ceil(steps));
            return new Point(mean, new Lattice(down, parts), down / steps);
        }
        Lattice lattice = new Lattice((int) Math.rint(steps), parts);
        return new Point(lattice.k() / CusumDesign.k(1, shift), lattice, 1);
    }

    private double solve(Point point, double dispersion) {
        Lattice lattice = point.lattice();
        double[] mass =
                CountLaw.of(lattice.k() / CusumDesign.k(1, shift), dispersion).mass();
        double wanted = windows / point.together();
        for (int capacity = (int) (guess(dispersion) * lattice.parts()); ; capacity += capacity / 2) {
            LadderChain chain = new LadderChain(mass, lattice.parts(), lattice.down(), capacity);
            int limit = first(chain.meanSteps(0), wanted);
            if (limit <= capacity) {
                return (limit + 2.0) / lattice.parts() + (point.together() > 1 ? 2 * lattice.k() : 0);
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
