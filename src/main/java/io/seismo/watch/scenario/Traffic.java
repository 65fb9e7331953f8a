package io.seismo.watch.scenario;

import io.seismo.wire.CanaryFinding;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What comes, per interval. A series that is shorter than {@code requests} goes on with zero, coverage with one.
 *
 * @param requests requests seen
 * @param fired requests that fired, by watch entry
 * @param breaches requests that crossed a cap, by {@code detector/watch}
 * @param coverage rows seen over rows served, 0..1
 * @param canaries segments of canaries, by {@code canary} for those that match, by {@code canary/finding} for others
 */
record Traffic(
        double[] requests,
        SortedMap<String, double[]> fired,
        SortedMap<String, double[]> breaches,
        double[] coverage,
        SortedMap<String, double[]> canaries) {

    int intervals() {
        return requests.length;
    }

    static long count(double[] series, int interval) {
        return interval < series.length ? Math.round(series[interval]) : 0;
    }

    /** What a key of {@code canaries} speaks of; {@code null} when there is no such finding. */
    static @Nullable CanaryFinding finding(String key) {
        int slash = key.indexOf('/');
        String word = slash < 0 ? "match" : key.substring(slash + 1);
        for (CanaryFinding finding : CanaryFinding.values()) {
            if (finding.name()
                    .equals("CANARY_FINDING_" + word.toUpperCase(Locale.ROOT).replace(' ', '_'))) {
                return finding;
            }
        }
        return null;
    }

    double coverage(int interval) {
        return interval < coverage.length ? coverage[interval] : 1;
    }
}
