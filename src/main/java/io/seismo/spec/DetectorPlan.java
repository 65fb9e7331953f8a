package io.seismo.spec;

import java.util.List;

/** A configured detector; ids are unique and order evaluation. */
public sealed interface DetectorPlan {

    /** Name in the spec. */
    String id();

    /** Expected false pages a week this detector may spend; 0 for a cap, which a human has set. */
    double falsePagesPerWeek();

    /**
     * Poisson CUSUM on requests that fired.
     *
     * @param watches ids, sorted
     * @param windowPanes panes in a window
     * @param shifts rate ratios to be found quickly, each above 1
     * @param falsePagesPerWeek budget over all watches and shifts together
     */
    record Rate(String id, List<String> watches, int windowPanes, List<Double> shifts, double falsePagesPerWeek)
            implements DetectorPlan {
        public Rate {
            watches = List.copyOf(watches);
            shifts = List.copyOf(shifts);
            if (windowPanes < 1 || shifts.isEmpty() || !(falsePagesPerWeek > 0)) {
                throw new IllegalArgumentException("rate detector " + id + " needs a window, shifts and a budget");
            }
        }
    }

    /**
     * Absolute cap on a request's score.
     *
     * @param watches ids, sorted
     * @param above a score strictly above this is a breach
     * @param setBy who set it and when
     */
    record Cap(String id, List<String> watches, float above, String setBy) implements DetectorPlan {
        public Cap {
            watches = List.copyOf(watches);
        }

        @Override
        public double falsePagesPerWeek() {
            return 0;
        }
    }

    /** A detector that looks at the monitor itself: what it finds is about no watch entry. */
    sealed interface OfMonitor extends DetectorPlan {

        /** Panes in a window. */
        int windowPanes();
    }

    /** A detector that looks at how an SAE describes its rows. */
    sealed interface OfEncoder extends OfMonitor {

        /** Name of the SAE in the spec. */
        String encoder();
    }

    /**
     * Floor under coverage: rows accounted over rows served.
     *
     * @param windowPanes panes in a window
     * @param below deviant when coverage is below this share, 0..1
     * @param falsePagesPerWeek stated budget
     */
    record CoverageFloor(String id, int windowPanes, double below, double falsePagesPerWeek) implements OfMonitor {
        public CoverageFloor {
            if (windowPanes < 1 || !(below > 0 && below <= 1)) {
                throw new IllegalArgumentException("coverage detector " + id + " needs a window and a share in (0, 1]");
            }
        }
    }

    /**
     * Canaries that come through the capture path as they were recorded.
     *
     * @param silentMs deviant when a canary has not matched for longer than this
     * @param falsePagesPerWeek stated budget
     */
    record CanaryMatch(String id, long silentMs, double falsePagesPerWeek) implements OfMonitor {
        public CanaryMatch {
            if (silentMs < 1) {
                throw new IllegalArgumentException(
                        "canary detector " + id + " needs a time after which silence counts");
            }
        }

        /** It judges each pane. */
        @Override
        public int windowPanes() {
            return 1;
        }
    }

    /**
     * Ceiling over what an SAE leaves of its rows: squared error over squared deviation.
     *
     * @param above deviant when the share is above this beyond chance, above 0
     * @param falsePagesPerWeek expected while the share is at the ceiling; below it there are fewer
     */
    record UnexplainedCeiling(String id, String encoder, int windowPanes, double above, double falsePagesPerWeek)
            implements OfEncoder {
        public UnexplainedCeiling {
            if (windowPanes < 1 || !(above > 0) || !(falsePagesPerWeek > 0)) {
                throw new IllegalArgumentException(
                        "reconstruction detector " + id + " needs a window, a share above 0 and a budget");
            }
        }
    }

    /**
     * Band for L0: features that fire on a token.
     *
     * @param least deviant when the mean is below this beyond chance
     * @param most deviant when the mean is above this beyond chance
     * @param falsePagesPerWeek expected while the mean is at an edge; inside there are fewer
     */
    record ActiveBand(String id, String encoder, int windowPanes, double least, double most, double falsePagesPerWeek)
            implements OfEncoder {
        public ActiveBand {
            if (windowPanes < 1 || !(least >= 0) || !(most > least) || !(falsePagesPerWeek > 0)) {
                throw new IllegalArgumentException("l0 detector " + id + " needs a window, a band and a budget");
            }
        }
    }
}
