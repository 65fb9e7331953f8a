package io.seismo.app.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Measured waits, all kept; quantiles by nearest rank. */
final class Latencies {

    private final List<Double> millis = new ArrayList<>();

    synchronized void add(long nanos) {
        millis.add(nanos / 1e6);
    }

    synchronized int count() {
        return millis.size();
    }

    /**
     * A quantile in ms, rounded to a tenth; −1 when nothing was measured.
     *
     * @param share in (0, 1]
     */
    synchronized double quantile(double share) {
        if (millis.isEmpty()) {
            return -1;
        }
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        int rank = (int) Math.ceil(share * sorted.size());
        return Math.round(sorted.get(Math.max(0, rank - 1)) * 10) / 10.0;
    }
}
