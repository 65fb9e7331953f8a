package io.seismo.spec;

import java.util.List;

/** A configured detector, told apart by its method. */
public sealed interface DetectorSpec {

    /** Expected false pages a week; 0 for a cap. */
    double falsePagesPerWeek();

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

    /** A detector over the monitor itself. */
    sealed interface OfMonitor extends DetectorSpec {

        /** What it looks at, as the spec says it. */
        String source();
    }

    /** A detector over how an SAE describes its rows. */
    sealed interface OfEncoder extends OfMonitor, Windowed {

        /** Name of the SAE. */
        String encoder();
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
    record Floor(long windowMs, double below, double falsePagesPerWeek) implements OfMonitor, Windowed {
        @Override
        public String source() {
            return "coverage";
        }
    }

    /**
     * {@code method: ceiling} on {@code source: reconstruction}.
     *
     * @param above deviant when the share left unexplained is above this
     */
    record Ceiling(String encoder, long windowMs, double above, double falsePagesPerWeek) implements OfEncoder {
        @Override
        public String source() {
            return "reconstruction";
        }
    }

    /**
     * {@code method: band} on {@code source: l0}.
     *
     * @param least deviant when fewer features fire on a token
     * @param most deviant when more do
     */
    record Band(String encoder, long windowMs, double least, double most, double falsePagesPerWeek)
            implements OfEncoder {
        public Band {
            if (!(least < most)) {
                throw new IllegalArgumentException("least of a band must be below most");
            }
        }

        @Override
        public String source() {
            return "l0";
        }
    }

    /**
     * {@code method: match} on {@code source: canary}.
     *
     * @param silentMs deviant when a canary has not matched for longer than this
     */
    record CanaryMatch(long silentMs, double falsePagesPerWeek) implements OfMonitor {
        @Override
        public String source() {
            return "canary";
        }
    }
}
