package io.seismo.reference;

/**
 * What traffic to generate.
 *
 * @param partitions of {@code activations}
 * @param startMs first tick
 * @param durationMs length in event time
 * @param bad share of steps of a source followed by a bad record
 * @param odd whether requests and sources also do what is allowed but awkward: gaps, orphans, overlaps, restarts
 * @param secondHook whether frames carry the second hook point too
 */
public record TrafficSettings(
        int partitions, long startMs, long durationMs, double bad, boolean odd, boolean secondHook) {

    /** Frames with one hook point. */
    public TrafficSettings(int partitions, long startMs, long durationMs, double bad, boolean odd) {
        this(partitions, startMs, durationMs, bad, odd, false);
    }

    /** Ten minutes on two partitions with all that can go wrong. */
    public static TrafficSettings wild() {
        return new TrafficSettings(2, 1_790_000_003_000L, 600_000, 0.2, true, false);
    }

    /** The same without any fault. */
    public static TrafficSettings tame() {
        return new TrafficSettings(2, 1_790_000_003_000L, 600_000, 0, false, false);
    }

    public TrafficSettings withPartitions(int count) {
        return new TrafficSettings(count, startMs, durationMs, bad, odd, secondHook);
    }

    public TrafficSettings withMinutes(int minutes) {
        return new TrafficSettings(partitions, startMs, minutes * 60_000L, bad, odd, secondHook);
    }

    public TrafficSettings withBad(double share) {
        return new TrafficSettings(partitions, startMs, durationMs, share, odd, secondHook);
    }

    public TrafficSettings withOdd(boolean allowed) {
        return new TrafficSettings(partitions, startMs, durationMs, bad, allowed, secondHook);
    }

    public TrafficSettings withStart(long ms) {
        return new TrafficSettings(partitions, ms, durationMs, bad, odd, secondHook);
    }

    public TrafficSettings withSecondHook() {
        return new TrafficSettings(partitions, startMs, durationMs, bad, odd, true);
    }

    /** Whether the watched thing happens far more often than usual: three minutes out of ten. */
    boolean spiking(long ms) {
        long minute = (ms - startMs) / 60_000 % 10;
        return minute >= 4 && minute < 7;
    }

    /** Whether servers lose half their rows before they are captured: one minute out of ten. */
    boolean losing(long ms) {
        return (ms - startMs) / 60_000 % 10 == 8;
    }
}
