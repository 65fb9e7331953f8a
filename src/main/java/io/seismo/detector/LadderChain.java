package io.seismo.detector;

import java.util.Arrays;

/**
 * Mean time for a reflected walk on the integers to reach a limit, for every limit at once.
 *
 * <p>State i goes to {@code max(0, i − down + x·stride)} with probability {@code mass[x]}. This is Brook and Evans's
 * Markov chain (1972), solved by eliminating states from below (Grassmann, Taksar and Heyman 1985): what remains is a
 * chain that only climbs. With R its moves and T its mean stays, the visits are {@code v_j = Σ v_i·R_ij} and the mean
 * time to reach limit H is {@code Σ_{j<H} v_j·T_j}. Nothing is ever subtracted, so run lengths of 1e12 keep nearly full
 * precision, and one pass serves every limit.
 *
 * <p>Costs {@code capacity²·min(down, capacity)/2} multiplications and {@code 4·capacity²} bytes.
 */
final class LadderChain {

    private final double[] mass;
    private final int stride;
    private final int down;
    private final int capacity;
    private final double[][] climbs;
    private final double[] stays;
    private final double[] beyond;
    /** States from here on cannot be left upwards: the limit above them is never reached. */
    private int stuck;

    LadderChain(double[] mass, int stride, int down, int capacity) {
        this.mass = mass;
        this.stride = stride;
        this.down = down;
        this.capacity = capacity;
        this.climbs = new double[capacity][];
        this.stays = new double[capacity];
        this.beyond = new double[capacity];
        this.stuck = capacity;
        eliminate();
    }

    /** Mean steps from {@code start} until the state is at least H, at index H, for H up to the capacity. */
    double[] meanSteps(int start) {
        double[] visits = new double[capacity];
        double[] steps = new double[capacity + 1];
        visits[start] = 1;
        for (int i = start; i < capacity; i++) {
            if (i >= stuck) {
                Arrays.fill(steps, i + 1, capacity + 1, Double.POSITIVE_INFINITY);
                return steps;
            }
            steps[i + 1] = steps[i] + visits[i] * stays[i];
            double[] climb = climbs[i];
            for (int j = i + 1; j < capacity; j++) {
                visits[j] += visits[i] * climb[j - i - 1];
            }
        }
        return steps;
    }

    private void eliminate() {
        double[] row = new double[capacity];
        for (int i = 0; i < capacity; i++) {
            Arrays.fill(row, 0);
            double out = step(i, row);
            double time = 1;
            for (int m = Math.max(0, i - down); m < i; m++) {
                double share = row[m];
                if (share > 0) {
                    time += share * stays[m];
                    out += share * beyond[m];
                    addScaled(row, climbs[m], m + 1, share);
                }
            }
            if (!settle(i, row, out, time)) {
                stuck = i;
                return;
            }
        }
    }

    /** Adds the moves of state i to a row; returns the probability of leaving beyond the capacity. */
    private double step(int i, double[] row) {
        double out = 0;
        for (int x = 0; x < mass.length; x++) {
            long to = Math.max(0, (long) i - down + (long) x * stride);
            if (to < capacity) {
                row[(int) to] += mass[x];
            } else {
                out += mass[x];
            }
        }
        return out;
    }

    private static void addScaled(double[] row, double[] climb, int from, double share) {
        for (int j = 0; j < climb.length; j++) {
            row[from + j] += share * climb[j];
        }
    }

    private boolean settle(int i, double[] row, double out, double time) {
        double leaves = out;
        for (int j = i + 1; j < capacity; j++) {
            leaves += row[j];
        }
        if (!(leaves > 0)) {
            return false;
        }
        stays[i] = time / leaves;
        beyond[i] = out / leaves;
        double[] climb = Arrays.copyOfRange(row, i + 1, capacity);
        for (int j = 0; j < climb.length; j++) {
            climb[j] /= leaves;
        }
        climbs[i] = climb;
        return true;
    }
}
