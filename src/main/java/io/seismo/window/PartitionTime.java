package io.seismo.window;

import io.seismo.spec.Timing;
import io.seismo.wire.Tick;
import java.util.Map;
import java.util.TreeMap;

/**
 * Time and epochs of one partition, moved by its ticks alone.
 *
 * <p>Time is the largest tick so far; a tick that is not later changes nothing, so several clocks may write. Epochs only
 * rise: a tick of a clock that has not heard of the newest one moves time and nothing else. An epoch governs from its
 * first pane on. When it is heard of too late for that, it governs from the first pane of which no frame can have been
 * accepted yet, so that a pane is never of two epochs.
 *
 * <p>Bound: epochs are forgotten when the panes of their successor have begun to close.
 */
public final class PartitionTime {

    /** Time before the first tick. */
    public static final long NONE = Long.MIN_VALUE;

    private static final int VERSION = 2;
    private static final int OLDER_VERSION = 1;
    private static final int MOST_EPOCHS = 1 << 16;

    private final Timing timing;
    private final TreeMap<Long, Long> epochs = new TreeMap<>();
    private long time = NONE;

    /** Before the first tick. */
    public PartitionTime(Timing timing) {
        this.timing = timing;
    }

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
        // Panes that this tick closes still need the epochs that the time before it needed.
        forget();
        learn(tick.getEpoch(), Long.MIN_VALUE);
        if (tick.getNextEpoch() != 0) {
            learn(tick.getNextEpoch(), tick.getNextEpochFirstPane());
        }
        time = tick.getTimeMs();
        return true;
    }

    /** Number of the epoch that governs a pane; 0 before the first tick. */
    public long epochOf(long pane) {
        Map.Entry<Long, Long> governing = epochs.floorEntry(pane);
        if (governing != null) {
            return governing.getValue();
        }
        return epochs.isEmpty() ? 0 : epochs.firstEntry().getValue();
    }

    /** The last pane of the epoch that governs a pane; {@link Long#MAX_VALUE} when no other is known. */
    public long lastOfEpoch(long pane) {
        Long next = epochs.higherKey(pane);
        return next == null ? Long.MAX_VALUE : next - 1;
    }

    /** The pane of an epoch that is nearest to {@code pane}. */
    public long within(long epoch, long pane) {
        for (Map.Entry<Long, Long> entry : epochs.entrySet()) {
            if (entry.getValue() == epoch) {
                return Math.min(Math.max(pane, entry.getKey()), lastOfEpoch(entry.getKey()));
            }
        }
        return pane;
    }

    /** The stored form. */
    public byte[] toBytes() {
        StateWriter out = new StateWriter().u8(VERSION).i64(time).varint(epochs.size());
        epochs.forEach((firstPane, epoch) -> out.i64(firstPane).varint(epoch));
        return out.toByteArray();
    }

    /** Takes over the stored form, also that of version 1, which knew an epoch in force and perhaps one announced. */
    public void restore(byte[] bytes) {
        StateReader in = new StateReader(bytes, "partition time");
        boolean older = in.version(OLDER_VERSION, VERSION) == OLDER_VERSION;
        time = in.i64();
        epochs.clear();
        if (older) {
            epochs.put(Long.MIN_VALUE, in.i64());
            long next = in.i64();
            long firstPane = in.i64();
            if (next != 0) {
                epochs.put(firstPane, next);
            }
            in.end();
            return;
        }
        for (int left = in.count(MOST_EPOCHS); left > 0; left--) {
            epochs.put(in.i64(), in.varint());
        }
        in.end();
    }

    private void learn(long epoch, long firstPane) {
        if (!epochs.isEmpty() && epoch <= epochs.lastEntry().getValue()) {
            return;
        }
        long untouched = started() ? timing.pane(time + timing.leadMs()) + 1 : Long.MIN_VALUE;
        long first = Math.max(firstPane, untouched);
        epochs.tailMap(first, true).clear();
        epochs.put(first, epoch);
    }

    private void forget() {
        if (started()) {
            Long governing = epochs.floorKey(timing.pane(time - timing.graceMs()));
            if (governing != null) {
                epochs.headMap(governing).clear();
            }
        }
    }
}
