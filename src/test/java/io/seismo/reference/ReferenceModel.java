package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Everything a correct Seismo knows at the end of these records. */
final class ReferenceModel {

    /**
     * One partition.
     *
     * @param entries what each record turned out to be
     * @param calendar epochs of its panes
     * @param lives its requests
     * @param panes what its panes count, open ones included
     * @param firstPane where it starts to close panes
     * @param lastClosed the last pane it has closed; below {@code firstPane} when none
     */
    record Partition(
            List<Entry> entries,
            ReferenceCalendar calendar,
            ReferenceRequests.Lives lives,
            SortedMap<Long, PaneTally> panes,
            long firstPane,
            long lastClosed) {

        boolean closed(long pane) {
            return firstPane <= pane && pane <= lastClosed;
        }
    }

    /**
     * One pane of all partitions.
     *
     * @param plan of its epoch
     */
    record Merged(MonitorPlan plan, PaneTally tally) {}

    private final Plans plans;
    private final List<Partition> partitions = new ArrayList<>();
    private final SortedMap<Long, Merged> merged = new TreeMap<>();

    private ReferenceModel(Plans plans) {
        this.plans = plans;
    }

    /**
     * @param records values of {@code activations}, per partition
     * @param encoders of a plan, by name
     */
    static ReferenceModel of(
            List<List<byte[]>> records, Plans plans, Function<MonitorPlan, Map<String, Encoder>> encoders) {
        ReferenceModel model = new ReferenceModel(plans);
        for (List<byte[]> partition : records) {
            model.partitions.add(partition(partition, plans, encoders));
        }
        model.merge();
        return model;
    }

    private static Partition partition(
            List<byte[]> records, Plans plans, Function<MonitorPlan, Map<String, Encoder>> encoders) {
        Timing timing = plans.newest().timing();
        ReferenceGate gate = new ReferenceGate(plans);
        List<Entry> entries = gate.read(records);
        ReferenceRequests requests = new ReferenceRequests(plans, gate.calendar(), encoders);
        ReferenceRequests.Lives lives = requests.follow(entries);
        SortedMap<Long, PaneTally> panes = ReferenceStatistics.count(timing, entries, lives);
        List<Long> ticks = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Ticked tick) {
                ticks.add(tick.timeMs());
            }
        }
        if (ticks.isEmpty()) {
            return new Partition(entries, gate.calendar(), lives, panes, Long.MAX_VALUE, Long.MIN_VALUE);
        }
        long time = Collections.max(ticks);
        // A frame just after the first tick may belong to a pane before it that is still open.
        long first = Math.min(timing.pane(ticks.get(0)), panes.isEmpty() ? Long.MAX_VALUE : panes.firstKey());
        long last = timing.pane(time - timing.graceMs()) - 1;
        return new Partition(entries, gate.calendar(), lives, panes, first, last);
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
        long epoch = 0;
        for (long pane = first; pane <= last; pane++) {
            for (Partition partition : partitions) {
                epoch = Math.max(epoch, partition.closed(pane) ? partition.calendar.epoch(pane) : 0);
            }
            merged.put(pane, new Merged(plans.of(epoch), sum(pane, plans.of(epoch))));
        }
    }

    /** What a partition counted under another plan counts as far as it means the same. */
    private PaneTally sum(long pane, MonitorPlan plan) {
        PaneTally sum = new PaneTally();
        for (Partition partition : partitions) {
            PaneTally part = partition.panes.get(pane);
            if (part != null) {
                sum.add(part.only(new ReferenceMeaning(plans.of(partition.calendar.epoch(pane)), plan)));
            }
        }
        return sum;
    }

    Plans plans() {
        return plans;
    }

    List<Partition> partitions() {
        return partitions;
    }

    /** Merged panes that are closed in all partitions. */
    SortedMap<Long, Merged> merged() {
        return merged;
    }
}
