package io.seismo.watch.scenario;

import java.util.SortedMap;

/**
 * What comes, per interval. A series that is shorter than {@code requests} goes on with zero, coverage with one.
 *
 * @param requests requests seen
 * @param fired requests that fired, by watch entry
 * @param breaches requests that crossed a cap, by {@code detector/watch}
 * @param coverage rows seen over rows served, 0..1
 */
record Traffic(
        double[] requests, SortedMap<String, double[]> fired, SortedMap<String, double[]> breaches, double[] coverage) {

    int intervals() {
        return requests.length;
    }

    static long count(double[] series, int interval) {
        return interval < series.length ? Math.round(series[interval]) : 0;
    }

    double coverage(int interval) {
        return interval < coverage.length ? coverage[interval] : 1;
    }
}
