package io.seismo.reference;

import io.seismo.spec.Timing;
import io.seismo.wire.Tick;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * Which epoch governs which pane of one partition, as far as its ticks have said. What was said of a pane that a frame
 * may have come for already is never taken back, so the calendar at the end also tells what held on the way.
 */
final class ReferenceCalendar {

    private static final long EVER = Long.MIN_VALUE;

    private final Timing timing;
    /** Epoch by its first pane. */
    private final TreeMap<Long, Long> epochs = new TreeMap<>();

    private boolean ticked;
    private long timeMs;
    private long known;

    ReferenceCalendar(Timing timing) {
        this.timing = timing;
    }

    /** Hears a tick whose epochs are all in the log. Only later ones move anything. */
    void hear(Tick tick) {
        if (ticked && tick.getTimeMs() <= timeMs) {
            return;
        }
        long untouched = ticked ? timing.pane(timeMs + timing.leadMs()) + 1 : EVER;
        govern(tick.getEpoch(), EVER, untouched);
        if (tick.getNextEpoch() != 0) {
            govern(tick.getNextEpoch(), tick.getNextEpochFirstPane(), untouched);
        }
        ticked = true;
        timeMs = tick.getTimeMs();
    }

    private void govern(long epoch, long wished, long untouched) {
        if (epoch > known) {
            known = epoch;
            long first = Math.max(wished, untouched);
            epochs.tailMap(first, true).clear();
            epochs.put(first, epoch);
        }
    }

    /** Whether any tick has moved it. */
    boolean ticked() {
        return ticked;
    }

    /** Largest time of a tick. */
    long timeMs() {
        return timeMs;
    }

    /** The epoch of a pane. */
    long epoch(long pane) {
        Map.Entry<Long, Long> entry = epochs.floorEntry(pane);
        return (entry == null ? epochs.firstEntry() : entry).getValue();
    }

    /** That pane, or the pane of an epoch that is nearest to it. */
    long nearest(long epoch, long pane) {
        for (Map.Entry<Long, Long> entry : epochs.entrySet()) {
            if (entry.getValue() == epoch) {
                Long next = epochs.higherKey(entry.getKey());
                long last = next == null ? Long.MAX_VALUE : next - 1;
                return Math.max(entry.getKey(), Math.min(last, pane));
            }
        }
        throw new NoSuchElementException("no pane is of epoch " + epoch);
    }
}
