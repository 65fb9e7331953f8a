package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The complete snapshots in the topic {@code snapshots}, by kind, partition and pane. */
final class Snapshots {

    private final MonitorPlan plan;
    private final Map<Owner, NavigableMap<Long, Snapshot[]>> byOwner = new HashMap<>();

    private record Owner(Snapshot.Kind kind, int partition) {}

    private Snapshots(MonitorPlan plan) {
        this.plan = plan;
    }

    /** Reads all that is kept. */
    static Snapshots read(Map<String, Object> client, TopicNames topics, MonitorPlan plan) {
        Snapshots snapshots = new Snapshots(plan);
        for (int i = 0; i < Partitions.count(client, topics.snapshots()); i++) {
            try (PartitionLog log = new PartitionLog(client, topics.snapshots(), i)) {
                while (log.hasNext()) {
                    snapshots.add(Snapshot.parseFrom(log.next().value()));
                }
            } catch (InvalidProtocolBufferException e) {
                throw new ReplayException(topics.snapshots() + "-" + i + " holds a damaged snapshot", e);
            }
        }
        return snapshots;
    }

    private void add(Snapshot chunk) {
        Snapshot[] chunks = byOwner.computeIfAbsent(
                        new Owner(chunk.getKind(), chunk.getPartition()), owner -> new TreeMap<>())
                .computeIfAbsent(chunk.getPane(), pane -> new Snapshot[chunk.getChunks()]);
        chunks[chunk.getChunk()] = chunk;
    }

    /** The last start at or before {@code pane} for which every partition has a complete snapshot. */
    StartPoint atOrBefore(long pane) {
        NavigableMap<Long, Snapshot[]> first =
                byOwner.getOrDefault(new Owner(Snapshot.Kind.KIND_WATCH, 0), new TreeMap<>());
        for (long candidate : first.headMap(pane, true).descendingKeySet()) {
            StartPoint start = start(candidate);
            if (!start.isOrigin()) {
                return start;
            }
        }
        return StartPoint.ORIGIN;
    }

    private StartPoint start(long pane) {
        Map<Integer, List<Snapshot>> watch = new HashMap<>();
        for (int w = 0; w < plan.shape().watchPartitions(); w++) {
            List<Snapshot> chunks = complete(Snapshot.Kind.KIND_WATCH, w, pane, pane);
            if (chunks.isEmpty()) {
                return StartPoint.ORIGIN;
            }
            watch.put(w, chunks);
        }
        Map<Integer, List<Snapshot>> score = new HashMap<>();
        for (int p = 0; p < plan.shape().partitions(); p++) {
            List<Snapshot> chunks = complete(Snapshot.Kind.KIND_SCORE, p, Long.MIN_VALUE, pane);
            if (chunks.isEmpty()) {
                return StartPoint.ORIGIN;
            }
            score.put(p, chunks);
        }
        return new StartPoint(pane, watch, score);
    }

    /** Chunks of the last complete snapshot with a pane in [from, to]; empty when there is none. */
    private List<Snapshot> complete(Snapshot.Kind kind, int partition, long from, long to) {
        NavigableMap<Long, Snapshot[]> panes = byOwner.getOrDefault(new Owner(kind, partition), new TreeMap<>());
        for (Snapshot[] chunks : panes.subMap(from, true, to, true).descendingMap().values()) {
            List<Snapshot> all = new ArrayList<>();
            for (Snapshot chunk : chunks) {
                if (chunk != null) {
                    all.add(chunk);
                }
            }
            if (all.size() == chunks.length) {
                return all;
            }
        }
        return List.of();
    }
}
