package io.seismo.app.demo;

import java.util.List;

/**
 * What happens when, in event time: a single-token spike, a gross burst, a capture that drops a third, a day of ordinary
 * traffic, and a subtle rise at its end.
 *
 * @param startMs first event time, on a full minute
 */
record DemoStory(long startMs) {

    static final long MINUTE = 60_000;
    static final long HOUR = 60 * MINUTE;

    /** All of it; event time ends at about the real present, so that brokers accept the timestamps. */
    static final long LENGTH_MS = 26 * HOUR;

    private static final long BURST = 4 * MINUTE;
    private static final long SPIKE = 2 * MINUTE;
    private static final long DROP_FROM = 12 * MINUTE;
    private static final long DROP_TO = 25 * MINUTE;
    private static final long RISE_FROM = 24 * HOUR + 10 * MINUTE;

    /** The story that ends just before {@code nowMs}. */
    static DemoStory endingAt(long nowMs) {
        long end = Math.floorDiv(nowMs, MINUTE) * MINUTE;
        return new DemoStory(end - LENGTH_MS);
    }

    /** The story that begins where an earlier one ended. */
    static DemoStory startingAt(long startMs) {
        return new DemoStory(-Math.floorDiv(-startMs, MINUTE) * MINUTE);
    }

    /** What should fire, and when at the latest. */
    List<Expectation> expectations() {
        return List.of(
                new Expectation("gross burst", "FeatureSpike", "phishing", startMs + BURST, startMs + BURST + MINUTE),
                new Expectation(
                        "capture drops a third", "MonitorBlind", "", startMs + DROP_FROM, startMs + DROP_TO + MINUTE),
                new Expectation("threefold rise", "FeatureSpike", "phishing", startMs + RISE_FROM, endMs() + MINUTE));
    }

    /**
     * An alert that must fire.
     *
     * @param why what causes it
     * @param alert name of the alert
     * @param watch watch entry; empty when it is not about one
     * @param fromMs earliest event time
     * @param toMs latest event time
     */
    record Expectation(String why, String alert, String watch, long fromMs, long toMs) {}

    long endMs() {
        return startMs + LENGTH_MS;
    }

    /** Whether the gross burst falls into [from, to). */
    boolean bursts(long fromMs, long toMs) {
        return within(BURST, fromMs, toMs);
    }

    /** Whether the single-token spike falls into [from, to). */
    boolean spikes(long fromMs, long toMs) {
        return within(SPIKE, fromMs, toMs);
    }

    /** Whether the capture drops a third of its frames at this time. */
    boolean drops(long timeMs) {
        long at = timeMs - startMs;
        return at >= DROP_FROM && at < DROP_TO;
    }

    /** How much more often than usual phishing is asked about. */
    double phishingShift(long timeMs) {
        return timeMs - startMs >= RISE_FROM ? 3.0 : 1.0;
    }

    /**
     * Requests a minute: busier by day, quieter by night. The story begins at eight in the morning of those who ask,
     * whenever it is told: else the rise at its end would be harder to see in a demo that runs at night.
     */
    double requestsPerMinute(long timeMs) {
        double hours = (timeMs - startMs) % (24 * HOUR) / (double) HOUR;
        return 20 + 8 * StrictMath.sin(hours / 24 * 2 * StrictMath.PI);
    }

    private boolean within(long offset, long fromMs, long toMs) {
        long at = startMs + offset;
        return at >= fromMs && at < toMs;
    }
}
