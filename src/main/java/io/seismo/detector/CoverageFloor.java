package io.seismo.detector;

/**
 * A floor under coverage: rows that arrived over rows that servers said they served. Deviant below the floor; unknown,
 * with the reason as its guard, when no server said anything.
 *
 * @param below deviant when coverage is below this share, in (0, 1]
 */
public record CoverageFloor(double below) {

    public CoverageFloor {
        if (!(below > 0 && below <= 1)) {
            throw new IllegalArgumentException("a coverage floor is a share in (0, 1]: " + below);
        }
    }

    /**
     * Sums over the window.
     *
     * @param startMs start of the window, ms of event time
     * @param accounted rows of sources that sent heartbeats
     * @param served rows those sources said they had served meanwhile
     * @param quietSources sources heard before but not in this window
     */
    public record Window(long startMs, long accounted, long served, long quietSources) {}

    /** Judges a window. {@code statistic} is the coverage, −1 when unknown. */
    public Verdict verdict(Window window) {
        boolean known = window.served() > 0;
        double coverage = known ? (double) window.accounted() / window.served() : -1;
        String guard = known ? "" : "no source reported rows served: coverage unknown" + quiet(window);
        String method = "coverage-floor" + (known ? quiet(window) : "");
        double expected = below * window.served();
        Verdict.Run run = new Verdict.Run(window.startMs(), window.accounted(), window.served(), expected);
        return new Verdict(
                known && coverage < below,
                coverage,
                below,
                window.accounted(),
                window.served(),
                expected,
                method,
                guard,
                run);
    }

    private static String quiet(Window window) {
        return window.quietSources() == 0 ? "" : ", quiet sources: " + window.quietSources();
    }
}
