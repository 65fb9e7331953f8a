package io.seismo.app.demo;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How fast event time runs: slower while something happens, fast through the day.
 *
 * <p>Event time runs far ahead of real time; Seismo does not notice, since it knows only ticks.
 */
final class DemoPace {

    /** Offsets into the story and the real second at which each should be reached. */
    private static final long[][] STATIONS = {
        {0, 0},
        {6 * DemoStory.MINUTE, 3},
        {40 * DemoStory.MINUTE, 15},
        {24 * DemoStory.HOUR, 46},
        {DemoStory.LENGTH_MS, 58},
    };

    private final LongSupplier nanoTime;
    private final long begin;

    /** Begins now, by the given monotonic clock. */
    DemoPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /** Waits until the story may go on past this offset; never waits when it is behind. */
    void await(long offsetMs) {
        long due = begin + (long) (seconds(offsetMs) * 1e9);
        long now = nanoTime.getAsLong();
        while (now < due && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(Math.min(due - now, 20_000_000));
            now = nanoTime.getAsLong();
        }
    }

    private static double seconds(long offsetMs) {
        for (int i = 1; i < STATIONS.length; i++) {
            if (offsetMs <= STATIONS[i][0]) {
                double share = (double) (offsetMs - STATIONS[i - 1][0]) / (STATIONS[i][0] - STATIONS[i - 1][0]);
                return STATIONS[i - 1][1] + share * (STATIONS[i][1] - STATIONS[i - 1][1]);
            }
        }
        return STATIONS[STATIONS.length - 1][1];
    }
}
