package io.seismo.encoder.check;

import io.seismo.encoder.SparseRows;

/** How many features fire on a row, and on how many rows each feature fires. */
public final class ActiveCounts {

    private final long[] rowsByActive;
    private final long[] fired;
    private long rows;
    private long firings;

    /** @param width number of features */
    public ActiveCounts(int width) {
        this.rowsByActive = new long[width + 1];
        this.fired = new long[width];
    }

    /** Counts one row. */
    public void add(SparseRows sparse, int row) {
        int active = sparse.end(row) - sparse.start(row);
        rowsByActive[active]++;
        rows++;
        firings += active;
        for (int e = sparse.start(row); e < sparse.end(row); e++) {
            fired[sparse.feature(e)]++;
        }
    }

    /** Rows counted. */
    public long rows() {
        return rows;
    }

    /** Features that fire on an average row: L0. */
    public double mean() {
        return rows == 0 ? 0 : (double) firings / rows;
    }

    /** The smallest L0 that a share {@code q} of the rows does not exceed. */
    public int quantile(double q) {
        long wanted = Math.max(1, (long) Math.ceil(q * rows));
        long seen = 0;
        for (int active = 0; active < rowsByActive.length; active++) {
            seen += rowsByActive[active];
            if (seen >= wanted) {
                return active;
            }
        }
        return 0;
    }

    /** Rows on which a feature fired. */
    public long fired(int feature) {
        return fired[feature];
    }

    /** Number of features. */
    public int width() {
        return fired.length;
    }

    /** Features that fired on no row. */
    public int dead() {
        int dead = 0;
        for (long count : fired) {
            dead += count == 0 ? 1 : 0;
        }
        return dead;
    }

    /** Features that fired on more than a share of the rows. */
    public int denser(double share) {
        int dense = 0;
        for (long count : fired) {
            dense += count > share * rows ? 1 : 0;
        }
        return dense;
    }
}
