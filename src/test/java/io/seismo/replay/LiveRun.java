package io.seismo.replay;

import com.google.protobuf.ByteString;
import io.seismo.activation.Intake;
import io.seismo.reference.MapJournal;
import io.seismo.reference.PlanFixture;
import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.score.ScoreOutput;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.KeyedState;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.watch.WatchOutput;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.ForceClose;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.Origin;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What runs live, in memory: every machine of the processors over stores of its own, partitions interleaved at random.
 *
 * <p>A stall holds back what partition 1 says of some panes until they have been closed by force.
 */
final class LiveRun {

    private static final long HOUR_MS = 3_600_000;

    /** Panes, both inclusive, that partition 1 is not waited for. */
    record Stall(long first, long last) {}

    final List<List<byte[]>> activations;
    final List<List<byte[]>> features = new ArrayList<>();
    final List<List<PanePartial>> partials = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    final Said said = new Said();
    private final List<MonitorPlan> plans;
    private final MonitorPlan plan;
    private final @Nullable Stall stall;
    private final List<Encoding> encodings = new ArrayList<>();
    private final List<Watching> watchings = new ArrayList<>();

    LiveRun(List<MonitorPlan> plans, List<List<byte[]>> activations, @Nullable Stall stall) {
        this.plans = plans;
        this.plan = plans.get(0);
        this.activations = activations;
        this.stall = stall;
        for (int w = 0; w < plan.shape().watchPartitions(); w++) {
            partials.add(new ArrayList<>());
            watchings.add(new Watching(w));
        }
        for (int p = 0; p < plan.shape().partitions(); p++) {
            features.add(new ArrayList<>());
            encodings.add(new Encoding(p));
        }
    }

    static LiveRun of(MonitorPlan plan, List<List<byte[]>> activations) {
        return new LiveRun(List.of(plan), activations, null).run(1);
    }

    LiveRun run(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Encoding> busy = new ArrayList<>(encodings);
        while (!busy.isEmpty()) {
            Encoding next = busy.get(random.nextInt(busy.size()));
            for (int n = random.nextInt(1, 40); n > 0 && next.hasNext(); n--) {
                next.step();
            }
            busy.removeIf(encoding -> !encoding.hasNext());
        }
        return this;
    }

    Interventions interventions() {
        return Interventions.of(said.digests().values());
    }

    Snapshots snapshots() {
        return new Snapshots(plan.shape(), snapshots::forEach);
    }

    List<FeatureSource> recordedFeatures(StartPoint start) {
        return sources(p -> new RecordedFeatures(new MemoryLog("features", p, features.get(p), -1), start.offset(p)));
    }

    List<FeatureSource> reencoded(StartPoint start) {
        return sources(p -> {
            Intake intake = intake(new MapJournal());
            start.restore(p, StartPoint.Part.GATE, intake::restore);
            return new ReencodedFeatures(new MemoryLog("activations", p, activations.get(p), start.offset(p)), intake);
        });
    }

    /** Replays sources and compares. */
    Comparison.Result verify(Course course, List<FeatureSource> sources) {
        long from = course.start().isOrigin() ? Long.MIN_VALUE : course.start().pane() + 1;
        Recorded.Range range = new Recorded.Range(from, Long.MAX_VALUE);
        Comparison comparison = new Comparison(range, lanes(range), said.cores());
        new ReplayDriver(course, comparison).run(sources, () -> {});
        return comparison.result();
    }

    private List<DigestLane> lanes(Recorded.Range range) {
        return IntStream.range(0, plan.shape().watchPartitions())
                .mapToObj(w -> new DigestLane(
                        said.digests().values().stream()
                                .filter(digest -> digest.getWatchPartition() == w)
                                .iterator(),
                        range))
                .toList();
    }

    Course course(StartPoint start) {
        return new Course(Plans.known(plans), start, interventions(), Long.MAX_VALUE);
    }

    private List<FeatureSource> sources(java.util.function.IntFunction<FeatureSource> source) {
        return IntStream.range(0, plan.shape().partitions()).mapToObj(source).toList();
    }

    private Intake intake(MapJournal journal) {
        return new Intake(Plans.known(plans), any -> PlanFixture.encoders(), journal);
    }

    /** All that was said live. */
    static final class Said implements ReplayOutput {

        private final SortedMap<Place, PaneDigest> digests = new TreeMap<>();
        private final SortedMap<Place, List<AlertCore>> cores = new TreeMap<>();

        SortedMap<Place, PaneDigest> digests() {
            return digests;
        }

        SortedMap<Place, List<AlertCore>> cores() {
            return cores;
        }

        @Override
        public void transition(AlertTransition transition) {
            Place place = new Place(transition.getCore().getPane(), transition.getWatchPartition());
            cores.computeIfAbsent(place, key -> new ArrayList<>()).add(transition.getCore());
        }

        @Override
        public void digest(PaneDigest digest) {
            digests.put(new Place(digest.getPane(), digest.getWatchPartition()), digest);
        }
    }

    /** ENCODE and SCORE of one partition. */
    private final class Encoding implements ScoreOutput {

        private final int partition;
        private final MapJournal gate = new MapJournal();
        private final MapJournal score = new MapJournal();
        private final Intake intake = intake(gate);
        private final PartitionScorer scorer;
        private int offset;
        private long closedThrough;
        private boolean due;

        Encoding(int partition) {
            this.partition = partition;
            this.scorer = new PartitionScorer(Plans.known(plans), partition, ScoreJournals.of(score), this);
        }

        boolean hasNext() {
            return offset < activations.get(partition).size();
        }

        void step() {
            Origin origin = Origin.newBuilder()
                    .setPartition(partition)
                    .setOffset(offset)
                    .build();
            FeatureRecord record = intake.accept(activations.get(partition).get(offset), origin, "activations", -1);
            features.get(partition).add(record.toByteArray());
            scorer.accept(record);
            if (due) {
                due = false;
                snapshot(record.getEpoch());
            }
            offset++;
        }

        private void snapshot(long epoch) {
            Snapshot.Builder first = head(epoch, 0);
            gate.restoreInto((key, value) -> first.addEntries(entry("gate/" + key, value)));
            Snapshot.Builder second = head(epoch, 1);
            score.restoreInto((key, value) -> second.addEntries(entry("score/" + key, value)));
            snapshots.add(first.build());
            snapshots.add(second.build());
        }

        private Snapshot.Builder head(long epoch, int chunk) {
            return Snapshot.newBuilder()
                    .setSchemaVersion(1)
                    .setEpoch(epoch)
                    .setKind(Snapshot.Kind.KIND_SCORE)
                    .setPartition(partition)
                    .setPane(closedThrough)
                    .setOffset(offset)
                    .setChunk(chunk)
                    .setChunks(2);
        }

        private static KeyedBytes entry(String key, byte[] value) {
            return KeyedBytes.newBuilder()
                    .setKey(key)
                    .setValue(ByteString.copyFrom(value))
                    .build();
        }

        @Override
        public void score(RequestScore score) {}

        @Override
        public void breach(Breach breach) {
            said.breach(breach);
        }

        @Override
        public void partial(int watchPartition, PanePartial partial) {
            if (partial.hasMarker()) {
                closedThrough = partial.getMarker().getLastPane();
                due |= hour(closedThrough) > hour(partial.getMarker().getFirstPane() - 1);
            }
            partials.get(watchPartition).add(partial);
            watchings.get(watchPartition).deliver(partial);
        }

        private long hour(long pane) {
            return Math.floorDiv(plan.timing().end(pane), HOUR_MS);
        }
    }

    /** WATCH of one watch partition. */
    private final class Watching implements WatchOutput {

        private final int watchPartition;
        private final KeyedState state = new TreeMapState();
        private final List<PanePartial> held = new ArrayList<>();
        private boolean forced;
        private final WatchCore core;

        Watching(int watchPartition) {
            this.watchPartition = watchPartition;
            this.core = new WatchCore(Plans.known(plans), watchPartition, state, this);
        }

        void deliver(PanePartial partial) {
            long pane = partial.hasMarker()
                    ? partial.getMarker().getFirstPane()
                    : partial.getChunk().getPane();
            if (stall != null && partial.getPartition() == 1 && pane >= stall.first() && pane <= stall.last()) {
                held.add(partial);
                return;
            }
            if (partial.getPartition() == 1 && stall != null && pane > stall.last()) {
                held.forEach(core::accept);
                held.clear();
            }
            core.accept(partial);
            if (stall != null && !forced && partial.hasMarker() && pane >= stall.last()) {
                forced = true;
                core.accept(PanePartial.newBuilder()
                        .setSchemaVersion(1)
                        .setForceClose(ForceClose.newBuilder().setLastPane(stall.last()))
                        .build());
            }
        }

        @Override
        public void transition(AlertTransition transition) {
            said.transition(transition);
        }

        @Override
        public void digest(PaneDigest digest) {
            said.digest(digest);
        }

        @Override
        public void snapshot(Snapshot snapshot) {
            snapshots.add(snapshot);
        }
    }
}
