package io.seismo.replay;

import io.seismo.activation.Loaded;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PanePartial;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
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
     * @param plans of all epochs of the log, ascending; under a changed spec that spec's plan under each number
     * @param source where to start from
     * @param fromMs start of the range in event time; {@code null} for the origin of the log
     * @param toMs end of the range, exclusive; {@code null} for the end of the log
     * @param sameSpec whether the plans are those that were live
     */
    public record Request(
            Map<String, Object> client,
            List<MonitorPlan> plans,
            Source source,
            @Nullable Long fromMs,
            @Nullable Long toMs,
            boolean sameSpec) {

        /** Refuses a range that is empty or upside down, and a request without a plan. */
        public Request {
            plans = List.copyOf(plans);
            if (plans.isEmpty()) {
                throw new ReplayException("a replay needs the plan of at least one epoch");
            }
            if (fromMs != null && toMs != null && toMs <= fromMs) {
                throw new ReplayException("the range is empty: it ends at " + Instant.ofEpochMilli(toMs)
                        + " and begins at " + Instant.ofEpochMilli(fromMs) + "; --to must be later than --from");
            }
        }

        /** A replay of a log whose only epoch is that of {@code plan}. */
        public Request(
                Map<String, Object> client,
                MonitorPlan plan,
                Source source,
                @Nullable Long fromMs,
                @Nullable Long toMs,
                boolean sameSpec) {
            this(client, List.of(plan), source, fromMs, toMs, sameSpec);
        }

        /** The newest plan. */
        public MonitorPlan plan() {
            return plans.get(plans.size() - 1);
        }
    }

    /**
     * What came out.
     *
     * @param startPane pane of the snapshot it started from; {@code null} for the origin
     * @param approximate why a difference need not be a defect, in words; empty when the result is exact
     * @param panes panes compared
     * @param transitions alert transitions compared
     * @param differences the first differences, in words
     * @param alerts what the replay says of alerts in the range, in order; the first 10,000
     * @param allAlerts how many transitions there were
     * @param breaches caps that were crossed in the range, in order of partition time; the first 10,000
     * @param allBreaches how many breaches there were
     */
    public record Outcome(
            @Nullable Long startPane,
            List<String> approximate,
            long panes,
            long transitions,
            List<String> differences,
            List<AlertTransition> alerts,
            long allAlerts,
            List<Breach> breaches,
            long allBreaches) {

        /** Nothing differs, and there was something to compare. */
        public boolean equal() {
            return differences.isEmpty() && panes > 0;
        }

        /** Whether a difference would be a defect. */
        public boolean exact() {
            return approximate.isEmpty();
        }
    }

    private final Request request;
    private final Timing timing;
    private final TopicNames topics;
    private final Logs logs;

    /**
     * A replay that has not run.
     *
     * @param loaded encoders and recordings of a plan; asked for only when activations are encoded again
     */
    public Replay(Request request, Loaded loaded) {
        this.request = request;
        this.timing = request.plan().timing();
        this.topics = new TopicNames(request.plan().deployment());
        this.logs = new Logs(request, loaded);
    }

    /**
     * Runs to the end of the range.
     *
     * @param progress hears offsets passed and offsets in all
     * @throws ReplayException when the range has nothing recorded, or the log cannot be read; says what to do
     */
    public Outcome run(BiConsumer<Long, Long> progress) {
        Recorded.Range compared = new Recorded.Range(
                request.fromMs() == null ? Long.MIN_VALUE : timing.pane(request.fromMs()),
                request.toMs() == null ? Long.MAX_VALUE : timing.pane(request.toMs() - 1));
        StartPoint start = startPoint(compared.first());
        // Digests first: whatever has one has its features in the log by then.
        Recorded recorded = Recorded.read(
                request.client(),
                topics,
                request.plan().shape().watchPartitions(),
                new Recorded.Range(firstPane(start), compared.last()),
                compared);
        requireRecorded(recorded);
        Course course =
                new Course(Plans.known(request.plans()), start, recorded.interventions(), until(compared.last()));
        Collector collector = new Collector(compared);
        Comparison.Result result = compare(course, compared, recorded, collector, progress)
                .explained(place -> explain(place, start, recorded.interventions()));
        return outcome(start, result, collector);
    }

    private Comparison.Result compare(
            Course course,
            Recorded.Range compared,
            Recorded recorded,
            Collector collector,
            BiConsumer<Long, Long> progress) {
        List<DigestLane> lanes = new ArrayList<>();
        try {
            for (int w = 0; w < request.plan().shape().watchPartitions(); w++) {
                long last = recorded.lastPanes().getOrDefault(w, Long.MIN_VALUE);
                lanes.add(DigestLane.open(request.client(), topics, w, compared.until(last)));
            }
            Comparison comparison = new Comparison(compared, lanes, recorded.alerts());
            drive(course, ReplayOutput.both(collector, comparison), progress);
            return comparison.result();
        } finally {
            lanes.forEach(DigestLane::close);
        }
    }

    private Outcome outcome(StartPoint start, Comparison.Result result, Collector said) {
        return new Outcome(
                start.isOrigin() ? null : start.pane(),
                approximate(),
                result.panes(),
                result.transitions(),
                new DifferenceWords(request.plan()).describe(result.differences()),
                said.alerts(),
                said.allAlerts(),
                said.breaches(),
                said.allBreaches());
    }

    private static long firstPane(StartPoint start) {
        return start.isOrigin() ? Long.MIN_VALUE : start.pane() + 1;
    }

    private long until(long toPane) {
        return toPane == Long.MAX_VALUE ? Long.MAX_VALUE : timing.end(toPane) + timing.graceMs();
    }

    /** A changed spec must learn its own usual, so it starts where the log does; the old one's state is of no use to it. */
    private StartPoint startPoint(long fromPane) {
        if (request.fromMs() == null || !request.sameSpec()) {
            return StartPoint.ORIGIN;
        }
        return Snapshots.of(request.client(), topics, request.plan().shape()).atOrBefore(fromPane - 1);
    }

    private void requireRecorded(Recorded recorded) {
        if (recorded.lastPanes().isEmpty()) {
            throw new ReplayException("no pane of this range has been recorded: "
                    + RecordedPanes.extent(request.client(), topics, timing) + "; choose --from and --to within that");
        }
    }

    private void drive(Course course, ReplayOutput output, BiConsumer<Long, Long> progress) {
        List<FeatureSource> sources = new ArrayList<>(logs.open(course.start()));
        try {
            long length = sources.stream().mapToLong(FeatureSource::length).sum();
            new ReplayDriver(course, output)
                    .run(
                            sources,
                            () -> progress.accept(
                                    sources.stream()
                                            .mapToLong(FeatureSource::passed)
                                            .sum(),
                                    length));
        } finally {
            sources.forEach(FeatureSource::close);
        }
    }

    /** Runs once more up to a place, and holds what partitions contribute to it against what they contributed live. */
    private @Nullable String explain(Place place, StartPoint start, Interventions interventions) {
        Contributions live = logs.contributions(place);
        if (live.isEmpty()) {
            return null;
        }
        Contributions again = new Contributions(place);
        Course course = new Course(Plans.known(request.plans()), start, interventions, until(place.pane()));
        ReplayOutput tap = new ReplayOutput() {
            @Override
            public void partial(int watchPartition, PanePartial partial) {
                if (watchPartition == place.watchPartition()) {
                    again.add(partial);
                }
            }
        };
        drive(course, tap, (passed, all) -> {});
        String difference = live.firstDifference(again);
        return difference != null ? difference : "every partition contributes the same; only the merge differs";
    }

    private List<String> approximate() {
        List<String> reasons = new ArrayList<>(logs.gaps());
        if (!request.sameSpec()) {
            reasons.add("the spec is not the one that was live; it learns its usual from the origin of the log");
        }
        return List.copyOf(reasons);
    }
}
