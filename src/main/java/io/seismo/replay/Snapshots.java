package io.seismo.replay;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The snapshots of a deployment: found in one pass over the topic that keeps no state, read in a second.
 *
 * <p>Only one snapshot of each watch partition and of each scorer is ever in memory.
 */
final class Snapshots {

    /** Something that hands out every chunk there is, as often as asked. */
    interface Chunks {
        void each(Consumer<Snapshot> reader);
    }

    /**
     * Whose state.
     *
     * @param kind watch partition or scorer
     * @param partition its number
     */
    private record Owner(Snapshot.Kind kind, int partition) {}

    private record Chosen(Owner owner, long pane) {}

    private final MonitorPlan.Shape shape;
    private final Chunks chunks;
    private final Map<Owner, NavigableMap<Long, Integer>> missing = new HashMap<>();

    Snapshots(MonitorPlan.Shape shape, Chunks chunks) {
        this.shape = shape;
        this.chunks = chunks;
        chunks.each(chunk -> missing.computeIfAbsent(
                        new Owner(chunk.getKind(), chunk.getPartition()), owner -> new TreeMap<>())
                .merge(chunk.getPane(), chunk.getChunks() - 1, (left, first) -> left - 1));
    }

    /** Those in the topic {@code snapshots}. */
    static Snapshots of(Map<String, Object> client, TopicNames topics, MonitorPlan.Shape shape) {
        return new Snapshots(shape, reader -> {
            for (int i = 0; i < Partitions.count(client, topics.snapshots()); i++) {
                Recorded.each(client, new TopicPartition(topics.snapshots(), i), Snapshot.parser(), reader);
            }
        });
    }

    /** The last start at or before {@code pane} for which every watch partition has a complete snapshot. */
    StartPoint atOrBefore(long pane) {
        for (long candidate : complete(new Owner(Snapshot.Kind.KIND_WATCH, 0))
                .headMap(pane, true)
                .descendingKeySet()) {
            if (everyWatchPartitionHas(candidate)) {
                return read(candidate);
            }
        }
        return StartPoint.ORIGIN;
    }

    private boolean everyWatchPartitionHas(long pane) {
        for (int w = 0; w < shape.watchPartitions(); w++) {
            if (!complete(new Owner(Snapshot.Kind.KIND_WATCH, w)).containsKey(pane)) {
                return false;
            }
        }
        return true;
    }

    private StartPoint read(long pane) {
        Map<Chosen, Snapshot[]> wanted = new HashMap<>();
        for (int w = 0; w < shape.watchPartitions(); w++) {
            wanted.put(new Chosen(new Owner(Snapshot.Kind.KIND_WATCH, w), pane), new Snapshot[0]);
        }
        for (int p = 0; p < shape.partitions(); p++) {
            Owner scorer = new Owner(Snapshot.Kind.KIND_SCORE, p);
            Long last = complete(scorer).floorKey(pane);
            if (last != null) {
                wanted.put(new Chosen(scorer, last), new Snapshot[0]);
            }
        }
        chunks.each(chunk -> wanted.computeIfPresent(
                new Chosen(new Owner(chunk.getKind(), chunk.getPartition()), chunk.getPane()),
                (chosen, before) -> with(before, chunk)));
        Map<Integer, List<Snapshot>> watch = new HashMap<>();
        Map<Integer, List<Snapshot>> score = new HashMap<>();
        wanted.forEach((chosen, all) -> (chosen.owner().kind() == Snapshot.Kind.KIND_WATCH ? watch : score)
                .put(chosen.owner().partition(), List.of(all)));
        return new StartPoint(pane, watch, score);
    }

    private static Snapshot[] with(Snapshot[] before, Snapshot chunk) {
        Snapshot[] all = before.length == 0 ? new Snapshot[chunk.getChunks()] : before;
        all[chunk.getChunk()] = chunk;
        return all;
    }

    private NavigableMap<Long, Integer> complete(Owner owner) {
        NavigableMap<Long, Integer> panes = new TreeMap<>(missing.getOrDefault(owner, new TreeMap<>()));
        panes.values().removeIf(left -> left != 0);
        return panes;
    }

    /** Panes after which a watch partition has a complete snapshot, ascending. */
    List<Long> panes(int watchPartition) {
        return new ArrayList<>(
                complete(new Owner(Snapshot.Kind.KIND_WATCH, watchPartition)).keySet());
    }
}
