package io.seismo.spec;

import java.util.List;

/** A configured detector; ids are unique and order evaluation. */
public sealed interface DetectorPlan {

    /** Name in the spec. */
    String id();

    /** Expected false pages a week this detector may spend; 0 for a cap, which a human has set. */
    double falsePagesPerWeek();

    /** Whether it looks at the monitor itself rather than at watch entries. */
    default boolean ofSource() {
        return false;
    }

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

    /**
     * Floor under coverage: rows accounted over rows served.
     *
     * @param windowPanes panes in a window
     * @param below deviant when coverage is below this share, 0..1
     * @param falsePagesPerWeek stated budget
     */
    record CoverageFloor(String id, int windowPanes, double below, double falsePagesPerWeek) implements DetectorPlan {
        public CoverageFloor {
            if (windowPanes < 1 || !(below > 0 && below <= 1)) {
                throw new IllegalArgumentException("coverage detector " + id + " needs a window and a share in (0, 1]");
            }
        }

        @Override
        public boolean ofSource() {
            return true;
        }
    }

    /**
     * Canaries that come through the capture path as they were recorded.
     *
     * @param silentMs deviant when a canary has not matched for longer than this
     * @param falsePagesPerWeek stated budget
     */
    record CanaryMatch(String id, long silentMs, double falsePagesPerWeek) implements DetectorPlan {
        public CanaryMatch {
            if (silentMs < 1) {
                throw new IllegalArgumentException(
                        "canary detector " + id + " needs a time after which silence counts");
            }
        }

        @Override
        public boolean ofSource() {
            return true;
        }
    }
}
