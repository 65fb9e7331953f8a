package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything a correct Seismo knows at the end of these records. */
final class ReferenceModel {

    /**
     * One partition.
     *
     * @param entries what each record turned out to be
     * @param lives its requests
     * @param panes what its panes count, open ones included
     * @param firstPane where it starts to close panes
     * @param lastClosed the last pane it has closed; below {@code firstPane} when none
     */
    record Partition(
            List<Entry> entries,
            ReferenceRequests.Lives lives,
            SortedMap<Long, PaneTally> panes,
            long firstPane,
            long lastClosed) {}

    private final MonitorPlan plan;
    private final List<Partition> partitions = new ArrayList<>();
    private final SortedMap<Long, PaneTally> merged = new TreeMap<>();

    private ReferenceModel(MonitorPlan plan) {
        this.plan = plan;
    }

    /**
     * @param records values of {@code activations}, per partition
     * @param encoders by name
     */
    static ReferenceModel of(List<List<byte[]>> records, MonitorPlan plan, Map<String, Encoder> encoders) {
        ReferenceModel model = new ReferenceModel(plan);
        for (List<byte[]> partition : records) {
            model.partitions.add(partition(partition, plan, encoders));
        }
        model.merge();
        return model;
    }

    private static Partition partition(List<byte[]> records, MonitorPlan plan, Map<String, Encoder> encoders) {
        List<Entry> entries = new ReferenceGate(plan).read(records);
        ReferenceRequests requests = new ReferenceRequests(plan, new ReferenceRows(plan, encoders));
        ReferenceRequests.Lives lives = requests.follow(entries);
        SortedMap<Long, PaneTally> panes = ReferenceStatistics.count(plan, entries, lives);
        List<Long> ticks = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Ticked tick) {
                ticks.add(tick.timeMs());
            }
        }
        if (ticks.isEmpty()) {
            return new Partition(entries, lives, panes, Long.MAX_VALUE, Long.MIN_VALUE);
        }
        long time = Collections.max(ticks);
        // A frame just after the first tick may belong to a pane before it that is still open.
        long first = Math.min(plan.timing().pane(ticks.get(0)), panes.isEmpty() ? Long.MAX_VALUE : panes.firstKey());
        long last = plan.timing().pane(time - plan.timing().graceMs()) - 1;
        return new Partition(entries, lives, panes, first, last);
    }

    /** A pane is merged when all partitions have closed it; the first is the first that any of them closes. */
    private void merge() {
        long first = Long.MAX_VALUE;
        long last = Long.MAX_VALUE;
        for (Partition partition : partitions) {
            if (partition.lastClosed < partition.firstPane) {
                return;
            }
            first = Math.min(first, partition.firstPane);
            last = Math.min(last, partition.lastClosed);
        }
        for (long pane = first; pane <= last; pane++) {
            PaneTally sum = new PaneTally();
            for (Partition partition : partitions) {
                PaneTally part = partition.panes.get(pane);
                if (part != null) {
                    sum.add(part);
                }
            }
            merged.put(pane, sum);
        }
    }

    MonitorPlan plan() {
        return plan;
    }

    List<Partition> partitions() {
        return partitions;
    }

    /** Merged panes that are closed in all partitions. */
    SortedMap<Long, PaneTally> merged() {
        return merged;
    }
}
