package io.seismo.app;

import io.seismo.spec.Timing;
import io.seismo.wire.Tick;

/**
 * What ticks say about epochs. An announced epoch becomes the one in force once every pane before its first one is
 * closed: until then frames of both are in flight and each uses the epoch of its own pane.
 *
 * @param epoch in force
 * @param next announced; 0 when none is
 * @param nextFirstPane first pane the announced one governs
 */
record EpochSchedule(long epoch, long next, long nextFirstPane) {

    EpochSchedule {
        if (epoch < 1 || (next != 0 && next <= epoch)) {
            throw new IllegalArgumentException("epochs count up from 1: " + epoch + ", then " + next);
        }
    }

    static EpochSchedule of(long epoch) {
        return new EpochSchedule(epoch, 0, 0);
    }

    /** With a further epoch announced. */
    EpochSchedule announce(long number, long firstPane) {
        return new EpochSchedule(epoch, number, firstPane);
    }

    /** As it stands at a time. */
    EpochSchedule at(long timeMs, Timing timing) {
        return next != 0 && timing.closed(nextFirstPane - 1, timeMs) ? of(next) : this;
    }

    Tick tick(long timeMs, int partitions) {
        return Tick.newBuilder()
                .setTimeMs(timeMs)
                .setPartitions(partitions)
                .setEpoch(epoch)
                .setNextEpoch(next)
                .setNextEpochFirstPane(nextFirstPane)
                .build();
    }
}
