package io.seismo.spec;

import java.util.List;

/** A configured detector, told apart by its method. */
public sealed interface DetectorSpec {

    /** Expected false pages a week; 0 for a cap. */
    double falsePagesPerWeek();

    /** Whether it looks at the monitor itself rather than at watch entries. */
    default boolean ofSource() {
        return !(this instanceof OfWatch);
    }

    /** A detector over watch entries. */
    sealed interface OfWatch extends DetectorSpec {

        /** What it covers. */
        WatchSelection watch();
    }

    /** A detector over windows of time. */
    sealed interface Windowed extends DetectorSpec {

        /** Length of its window. */
        long windowMs();
    }

    /**
     * {@code method: cusum}, on requests that fired.
     *
     * @param shifts rate ratios to be found quickly
     * @param falsePagesPerWeek over all entries and shifts together
     */
    record Rate(WatchSelection watch, long windowMs, List<Double> shifts, double falsePagesPerWeek)
            implements OfWatch, Windowed {
        public Rate {
            shifts = List.copyOf(shifts);
        }
    }

    /**
     * {@code method: cap}, on a request's score.
     *
     * @param above a score strictly above this is a breach
     * @param setBy who set it and when
     */
    record Cap(WatchSelection watch, float above, String setBy) implements OfWatch {
        @Override
        public double falsePagesPerWeek() {
            return 0;
        }
    }

    /**
     * {@code method: floor} on {@code source: coverage}.
     *
     * @param below deviant when the share of rows accounted for is below this, 0..1
     */
    record Floor(long windowMs, double below, double falsePagesPerWeek) implements Windowed {}

    /**
     * {@code method: match} on {@code source: canary}.
     *
     * @param silentMs deviant when a canary has not matched for longer than this
     */
    record CanaryMatch(long silentMs, double falsePagesPerWeek) implements DetectorSpec {}
}
