package io.seismo.window;

import io.seismo.wire.Tick;

/**
 * Time and epoch of one partition, moved by its ticks alone.
 *
 * <p>Time is the largest tick so far; a tick that is not later changes nothing, so several clocks may write. An epoch
 * announced ahead governs from its first pane on; it stays remembered once it is in force, so that panes still open
 * before its first pane keep the epoch they began in.
 */
public final class PartitionTime {

    /** Time before the first tick. */
    public static final long NONE = Long.MIN_VALUE;

    private static final int VERSION = 1;

    private long time = NONE;
    private long epoch;
    private long nextEpoch;
    private long nextFirstPane;

    /** Whether there was a tick. */
    public boolean started() {
        return time != NONE;
    }

    /** The largest tick in ms, or {@link #NONE}. */
    public long time() {
        return time;
    }

    /**
     * Takes a tick.
     *
     * @return whether time moved
     */
    public boolean advance(Tick tick) {
        if (started() && tick.getTimeMs() <= time) {
            return false;
        }
        time = tick.getTimeMs();
        if (nextEpoch != 0 && tick.getEpoch() == nextEpoch) {
            if (tick.getNextEpoch() != 0 && tick.getNextEpoch() != nextEpoch) {
                announce(tick);
            }
        } else {
            announce(tick);
        }
        return true;
    }

    /** Number of the epoch that governs a pane; 0 before the first tick. */
    public long epochOf(long pane) {
        return nextEpoch != 0 && pane >= nextFirstPane ? nextEpoch : epoch;
    }

    /** The stored form. */
    public byte[] toBytes() {
        return new StateWriter()
                .u8(VERSION)
                .i64(time)
                .i64(epoch)
                .i64(nextEpoch)
                .i64(nextFirstPane)
                .toByteArray();
    }

    /** Takes over the stored form. */
    public void restore(byte[] bytes) {
        StateReader in = new StateReader(bytes, "partition time").version(VERSION);
        time = in.i64();
        epoch = in.i64();
        nextEpoch = in.i64();
        nextFirstPane = in.i64();
        in.end();
    }

    private void announce(Tick tick) {
        epoch = tick.getEpoch();
        nextEpoch = tick.getNextEpoch();
        nextFirstPane = tick.getNextEpochFirstPane();
    }
}
