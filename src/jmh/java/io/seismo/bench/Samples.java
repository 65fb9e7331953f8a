package io.seismo.bench;

import java.util.Arrays;

/** Measured values, and their quantiles by nearest rank. Safe for use by several threads. */
final class Samples {

    private double[] values = new double[1024];
    private int size;

    synchronized void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    synchronized int size() {
        return size;
    }

    /** The smallest value that this share of the values does not exceed; NaN when there are none. */
    synchronized double quantile(double share) {
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * size) - 1)];
    }

    double median() {
        return quantile(0.5);
    }
}
