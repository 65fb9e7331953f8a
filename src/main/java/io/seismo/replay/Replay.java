package io.seismo.replay;

import io.seismo.activation.Intake;
import io.seismo.encoder.Encoder;
import io.seismo.score.Journal;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One replay of a stretch of recorded traffic.
 *
 * <p>Reads, computes, compares; writes nothing. One thread; not reusable.
 */
public final class Replay {

    /** What is replayed. */
    public enum Source {
        /** Recorded features: exact and cheap. */
        FEATURES,
        /** Recorded activations, gated and encoded again. */
        ACTIVATIONS
    }

    /**
     * What to replay.
     *
     * @param client bootstrap and security properties of a Kafka client
     * @param plan the plan to run
     * @param source where to start from
     * @param fromMs start of the range in event time; {@code null} for the origin of the log
     * @param toMs end of the range, exclusive; {@code null} for the end of the log
     * @param sameSpec whether the plan is the one that was live
     */
    public record Request(
            Map<String, Object> client,
            MonitorPlan plan,
            Source source,
            @Nullable Long fromMs,
            @Nullable Long toMs,
            boolean sameSpec) {}

    /**
     * What came out.
     *
     * @param startPane pane of the snapshot it started from; {@code null} for the origin
     * @param exact whether a difference would be a defect: same spec, and a snapshot or the origin to start from
     * @param panes panes compared
     * @param transitions alert transitions compared
     * @param differences the first differences, in words
     * @param alerts what the replay says of alerts in the range, in order
     * @param breaches caps that were crossed in the range, in order of partition time
     */
    public record Outcome(
            @Nullable Long startPane,
            boolean exact,
            long panes,
            long transitions,
            List<String> differences,
            List<AlertTransition> alerts,
            List<Breach> breaches) {

        /** Nothing differs, and there was something to compare. */
        public boolean equal() {
            return differences.isEmpty() && panes > 0;
        }
    }

    private final Request request;
    private final TopicNames topics;
    private final Supplier<Map<String, Encoder>> encoders;
    private final SortedMap<Place, PaneDigest> digests = new TreeMap<>();
    private final SortedMap<Place, List<AlertCore>> cores = new TreeMap<>();
    private final List<AlertTransition> alerts = new ArrayList<>();
    private final List<Breach> breaches = new ArrayList<>();

    /**
     * A replay that has not run.
     *
     * @param encoders by name; asked for only when activations are encoded again
     */
    public Replay(Request request, Supplier<Map<String, Encoder>> encoders) {
        this.request = request;
        this.topics = new TopicNames(request.plan().deployment());
        this.encoders = encoders;
    }

    /**
     * Runs to the end of the range.
     *
     * @param progress hears offsets passed and offsets in all
     */
    public Outcome run(BiConsumer<Long, Long> progress) {
        MonitorPlan plan = request.plan();
        long fromPane = request.fromMs() == null ? Long.MIN_VALUE : plan.timing().pane(request.fromMs());
        long toPane = request.toMs() == null ? Long.MAX_VALUE : plan.timing().pane(request.toMs() - 1);
        StartPoint start = startPoint(fromPane);
        List<FeatureSource> sources = open(start);
        try {
            drive(start, sources, progress);
        } finally {
            sources.forEach(FeatureSource::close);
        }
        Recorded recorded = Recorded.read(request.client(), topics, plan.shape().watchPartitions());
        long firstCompared = start.isOrigin() ? fromPane : Math.max(fromPane, start.pane() + 1);
        Comparison.Result result = new Comparison(recorded).compare(digests, cores, firstCompared, toPane);
        List<String> differences = new DifferenceWords(plan).describe(result.differences());
        return new Outcome(
                start.isOrigin() ? null : start.pane(),
                request.sameSpec(),
                result.panes(),
                result.transitions(),
                differences,
                inRange(fromPane, toPane),
                breaches.stream()
                        .filter(breach -> breach.getPane() >= fromPane && breach.getPane() <= toPane)
                        .toList());
    }

    /** A changed spec must start where nothing was learned yet, or from what the old spec had learned: the latter. */
    private StartPoint startPoint(long fromPane) {
        if (request.fromMs() == null) {
            return StartPoint.ORIGIN;
        }
        return Snapshots.read(request.client(), topics, request.plan()).atOrBefore(fromPane - 1);
    }

    private void drive(StartPoint start, List<FeatureSource> sources, BiConsumer<Long, Long> progress) {
        long length = sources.stream().mapToLong(FeatureSource::length).sum();
        ReplayDriver driver = new ReplayDriver(request.plan(), start, new Collector());
        driver.run(sources, () -> progress.accept(
                sources.stream().mapToLong(FeatureSource::passed).sum(), length));
    }

    private List<FeatureSource> open(StartPoint start) {
        List<FeatureSource> sources = new ArrayList<>();
        Map<String, Encoder> loaded = request.source() == Source.ACTIVATIONS ? encoders.get() : Map.of();
        for (int p = 0; p < request.plan().shape().partitions(); p++) {
            sources.add(
                    request.source() == Source.FEATURES
                            ? recordedFeatures(p, start.offset(p))
                            : reencoded(p, start, loaded));
        }
        return sources;
    }

    private FeatureSource recordedFeatures(int partition, long afterOffset) {
        PartitionLog log = new PartitionLog(request.client(), topics.features(), partition);
        return new RecordedFeatures(log, afterOffset);
    }

    private FeatureSource reencoded(int partition, StartPoint start, Map<String, Encoder> loaded) {
        PartitionLog log =
                new PartitionLog(request.client(), topics.activations(), partition, start.offset(partition));
        Intake intake = new Intake(request.plan(), loaded, Journal.NONE);
        start.restore(partition, StartPoint.Part.GATE, intake::restore);
        return new ReencodedFeatures(log, intake);
    }

    private List<AlertTransition> inRange(long fromPane, long toPane) {
        return alerts.stream()
                .filter(moved -> moved.getCore().getPane() >= fromPane
                        && moved.getCore().getPane() <= toPane)
                .toList();
    }

    private final class Collector implements ReplayOutput {

        @Override
        public void breach(Breach breach) {
            breaches.add(breach);
        }

        @Override
        public void transition(AlertTransition transition) {
            alerts.add(transition);
            Place place = new Place(transition.getCore().getPane(), transition.getWatchPartition());
            cores.computeIfAbsent(place, key -> new ArrayList<>()).add(transition.getCore());
        }

        @Override
        public void digest(PaneDigest digest) {
            digests.put(new Place(digest.getPane(), digest.getWatchPartition()), digest);
        }
    }
}
