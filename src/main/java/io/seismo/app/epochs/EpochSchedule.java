package io.seismo.app.epochs;

import io.seismo.spec.Timing;
import io.seismo.wire.Epoch;
import io.seismo.wire.Tick;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ticks say about epochs: the one that governs now, and the one announced after it.
 *
 * @param firstPanes first pane of each epoch, by number; at least one
 */
public record EpochSchedule(TreeMap<Long, Long> firstPanes) {

    public EpochSchedule {
        if (firstPanes.isEmpty() || firstPanes.firstKey() < 1) {
            throw new IllegalArgumentException("epochs count up from 1: " + firstPanes);
        }
    }

    static EpochSchedule of(Collection<Epoch> epochs) {
        TreeMap<Long, Long> firstPanes = new TreeMap<>();
        epochs.forEach(epoch -> firstPanes.put(epoch.getNumber(), epoch.getFirstPane()));
        return new EpochSchedule(firstPanes);
    }

    public Tick tick(long timeMs, int partitions, Timing timing) {
        long pane = timing.pane(timeMs);
        long governing = firstPanes.firstKey();
        for (Map.Entry<Long, Long> epoch : firstPanes.entrySet()) {
            governing = epoch.getValue() <= pane ? epoch.getKey() : governing;
        }
        Tick.Builder tick =
                Tick.newBuilder().setTimeMs(timeMs).setPartitions(partitions).setEpoch(governing);
        Map.Entry<Long, Long> next = firstPanes.higherEntry(governing);
        if (next != null) {
            tick.setNextEpoch(next.getKey()).setNextEpochFirstPane(next.getValue());
        }
        return tick.build();
    }
}
