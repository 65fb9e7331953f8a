package io.seismo.detector;

import io.seismo.wire.VerdictCore;

/**
 * What one detector says about one window, with its evidence.
 *
 * @param deviant whether the window is part of an alarm
 * @param statistic the test statistic
 * @param threshold what the statistic is held against
 * @param fired requests that fired in the window (rows accounted, for coverage)
 * @param seen requests seen in the window (rows served, for coverage)
 * @param expected what {@code fired} usually is for as many seen
 * @param method name of the method with its parameter, such as {@code poisson-cusum 2x}
 * @param guard why there is no verdict yet; empty when there is one
 * @param run counts since the change is thought to have begun
 */
public record Verdict(
        boolean deviant,
        double statistic,
        double threshold,
        long fired,
        long seen,
        double expected,
        String method,
        String guard,
        Run run) {

    public Verdict {
        if (deviant && !guard.isEmpty()) {
            throw new IllegalArgumentException("a verdict that is held back cannot be deviant: " + guard);
        }
    }

    /**
     * Counts since the statistic last left zero, which is Page's estimate of when the change began.
     *
     * @param sinceMs start of the first of these windows, ms of event time
     * @param fired requests that fired since
     * @param seen requests seen since
     * @param expected what is usual for as many
     */
    public record Run(long sinceMs, long fired, long seen, double expected) {}

    /** Statistic over threshold: at least 1 when a chart alarms. */
    public double severity() {
        return threshold > 0 ? statistic / threshold : statistic;
    }

    /** The part of it that goes into an alert's core. */
    public VerdictCore toCore(String detector, String watch, double falsePagesPerWeek) {
        return VerdictCore.newBuilder()
                .setDetector(detector)
                .setWatch(watch)
                .setDeviant(deviant)
                .setStatistic(statistic)
                .setThreshold(threshold)
                .setFired(fired)
                .setSeen(seen)
                .setExpected(expected)
                .setFalsePagesPerWeek(falsePagesPerWeek)
                .setMethod(method)
                .setGuard(guard)
                .build();
    }
}
