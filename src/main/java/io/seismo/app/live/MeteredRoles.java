package io.seismo.app.live;

import io.seismo.alert.AlertLabels;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.TimedEncoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Meters;
import io.seismo.topology.RoleMetrics;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RequestScore;
import io.seismo.wire.WatchScore;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Turns what the processors say into metrics. Shared by all stream threads of a process: everything that is not an
 * instrument is guarded by this object's lock, and held per partition or per alert, both bounded by the plan.
 */
final class MeteredRoles implements RoleMetrics {

    /** Names of {@code FeatureRecord.frame.row_kinds}, in order. */
    private static final String[] ROW_KINDS = {"scored", "special", "padding", "first", "sink", "canary"};

    private static final int COVERAGE_PANES = 6;

    private final MonitorPlan plan;
    private final InstantSource clock;
    private final Meters meters;
    private final Map<Integer, Long> lastPane = new HashMap<>();
    private final Map<Integer, CoverageWindow> coverage = new HashMap<>();
    private final Map<String, Float> scoreMax = new HashMap<>();
    private final Map<String, Set<String>> firing = new HashMap<>();

    /** Time the record in hand has spent in encoders; a task takes a record through on one thread. */
    private final ThreadLocal<long[]> encoding = ThreadLocal.withInitial(() -> new long[1]);

    private final LongSupplier nanos;

    MeteredRoles(MonitorPlan plan, InstantSource clock, Meters meters) {
        this(plan, clock, meters, System::nanoTime);
    }

    /**
     * @param nanos readings of a clock that never goes back, ns
     */
    MeteredRoles(MonitorPlan plan, InstantSource clock, Meters meters, LongSupplier nanos) {
        this.plan = plan;
        this.clock = clock;
        this.meters = meters;
        this.nanos = nanos;
    }

    @Override
    public Map<String, Encoder> timed(Map<String, Encoder> encoders) {
        Map<String, Encoder> timed = new TreeMap<>();
        encoders.forEach((name, encoder) ->
                timed.put(name, new TimedEncoder(encoder, nanos, spent -> encoding.get()[0] += spent)));
        return timed;
    }

    @Override
    public void open(int partition, int requests) {
        meters.set(Instrument.REQUESTS_OPEN, requests, Integer.toString(partition));
    }

    @Override
    public void encoded(FeatureRecord features) {
        long spent = encoding.get()[0];
        encoding.get()[0] = 0;
        if (spent > 0 && features.hasFrame()) {
            meters.time(Instrument.ENCODE_DURATION, spent / 1e9);
        }
        switch (features.getBodyCase()) {
            case FRAME -> frame(features.getFrame());
            case REFUSAL -> {
                meters.add(
                        Instrument.RECORDS_REFUSED,
                        1,
                        word(features.getRefusal().getReason().name(), "REASON_"));
                canaries(features.getRefusal().getCanariesList());
            }
            case TICK, HEARTBEAT, BODY_NOT_SET -> {}
        }
    }

    private void frame(EncodedFrame frame) {
        meters.add(Instrument.FRAMES_ACCEPTED, 1);
        meters.add(Instrument.FRAMES_MISSING, frame.getMissingFrames());
        long[] rows = new long[ROW_KINDS.length];
        for (int i = 0; i < frame.getRowKinds().size(); i++) {
            rows[frame.getRowKinds().byteAt(i)]++;
        }
        for (int kind = 0; kind < rows.length; kind++) {
            if (rows[kind] > 0) {
                meters.add(Instrument.ROWS_SEEN, rows[kind], ROW_KINDS[kind]);
            }
        }
        canaries(frame.getCanariesList());
    }

    /** Names are those of the spec: a name it does not have is not in the verdict. */
    private void canaries(List<CanaryVerdict> verdicts) {
        for (CanaryVerdict verdict : verdicts) {
            String canary = verdict.getCanary().isEmpty() ? "unknown" : verdict.getCanary();
            meters.add(Instrument.CANARIES, 1, canary, word(verdict.getFinding().name(), "CANARY_FINDING_"));
        }
    }

    @Override
    public void scored(RequestScore score) {
        meters.add(Instrument.REQUESTS_CLOSED, 1, word(score.getClosedBy().name(), "CLOSE_REASON_"));
        for (WatchScore watch : score.getScoresList()) {
            if (watch.getFired()) {
                meters.add(Instrument.WATCH_FIRED, 1, watch.getWatch());
            }
            synchronized (this) {
                scoreMax.merge(watch.getWatch(), watch.getScore(), Math::max);
            }
        }
    }

    @Override
    public void breached(Breach breach) {
        meters.add(Instrument.BREACHES, 1, breach.getWatch());
        meters.time(Instrument.BREACH_LATENCY, seconds(clock.millis() - breach.getTimestampMs()));
    }

    /** A marker goes to every watch partition; the first one a pane counts. */
    @Override
    public void partial(PanePartial partial) {
        if (!partial.hasMarker()) {
            return;
        }
        PaneMarker marker = partial.getMarker();
        meters.set(Instrument.SPEC_EPOCH, partial.getEpoch(), Role.ENCODE.id());
        synchronized (this) {
            Long before = lastPane.get(partial.getPartition());
            if (before != null && marker.getLastPane() <= before) {
                return;
            }
            lastPane.put(partial.getPartition(), marker.getLastPane());
            closed(partial.getPartition(), marker);
        }
    }

    private void closed(int partition, PaneMarker marker) {
        PaneTotals totals = marker.getTotals();
        meters.add(Instrument.PANES_CLOSED, marker.getLastPane() - marker.getFirstPane() + 1);
        meters.add(Instrument.ROWS_ORPHANED, totals.getOrphans());
        coverage.computeIfAbsent(partition, any -> new CoverageWindow())
                .add(totals.getRowsAccounted(), totals.getRowsServed());
        long accounted = 0;
        long served = 0;
        for (CoverageWindow window : coverage.values()) {
            accounted += window.accounted;
            served += window.served;
        }
        if (served > 0) {
            meters.set(Instrument.COVERAGE, (double) accounted / served);
        }
        scoreMax.forEach((watch, max) -> meters.set(Instrument.WATCH_SCORE_MAX, max, watch));
        scoreMax.replaceAll((watch, max) -> 0f);
    }

    @Override
    public void merged(PaneDigest digest) {
        meters.add(Instrument.PANES_MERGED, 1);
        meters.set(Instrument.SPEC_EPOCH, digest.getEpoch(), Role.WATCH.id());
        meters.time(
                Instrument.PANE_LATENCY, seconds(clock.millis() - plan.timing().end(digest.getPane())));
    }

    @Override
    public void moved(AlertTransition transition) {
        AlertCore core = transition.getCore();
        String alert = AlertLabels.valueOrEmpty(core.getLabelsList(), "alertname");
        String severity = AlertLabels.valueOrEmpty(core.getLabelsList(), "severity");
        meters.add(
                Instrument.ALERT_TRANSITIONS,
                1,
                alert,
                severity,
                word(core.getTo().name(), "ALERT_STATE_"));
        synchronized (this) {
            Set<String> now = firing.computeIfAbsent(alert + '\n' + severity, any -> new HashSet<>());
            if (core.getTo() == AlertState.ALERT_STATE_FIRING) {
                now.add(core.getFingerprint());
            } else {
                now.remove(core.getFingerprint());
            }
            meters.set(Instrument.ALERTS_FIRING, now.size(), alert, severity);
        }
    }

    private static double seconds(long ms) {
        return Math.max(0, ms) / 1e3;
    }

    private static String word(String constant, String prefix) {
        return constant.startsWith(prefix) ? constant.substring(prefix.length()).toLowerCase(Locale.ROOT) : "unknown";
    }

    /** Rows of the last {@value #COVERAGE_PANES} panes of a partition. */
    private static final class CoverageWindow {
        private final long[] accountedByPane = new long[COVERAGE_PANES];
        private final long[] servedByPane = new long[COVERAGE_PANES];
        private int next;
        long accounted;
        long served;

        void add(long accountedNow, long servedNow) {
            accounted += accountedNow - accountedByPane[next];
            served += servedNow - servedByPane[next];
            accountedByPane[next] = accountedNow;
            servedByPane[next] = servedNow;
            next = (next + 1) % COVERAGE_PANES;
        }
    }
}
