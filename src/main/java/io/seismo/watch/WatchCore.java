package io.seismo.watch;

import io.seismo.alert.EvidenceBuilder;
import io.seismo.alert.Surroundings;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.window.BlockKey;
import io.seismo.window.Ring;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What one watch partition computes: a deterministic state machine over the partials it receives.
 *
 * <p>Everything it must remember is in the {@link KeyedState} when {@link #accept} returns; a new instance over the same
 * state goes on as if nothing had happened. Only one thread may use an instance. See the package's page for the order of
 * work within a pane.
 */
public final class WatchCore {

    private static final int SCHEMA_VERSION = 1;
    private static final long HOUR_MS = 3_600_000;

    private final MonitorPlan plan;
    private final Home home;
    private final List<String> watches;
    private final KeyedState state;
    private final WatchOutput output;
    private final PartialCheck check;
    private final Inbox inbox;
    private final DetectorBank detectors;
    private final AlertBank alerts;
    private final RollUps rollUps;
    private final Suspects suspects;
    private final CoFiring coFiring;
    private final EvidenceBuilder evidence;

    /**
     * A machine over a state, new or used.
     *
     * @param plan of the epoch in force
     * @param watchPartition which of the plan's watch partitions this is
     * @param state of this partition alone
     * @param output receives results in order
     */
    public WatchCore(MonitorPlan plan, int watchPartition, KeyedState state, WatchOutput output) {
        this(plan, new RateDetectors(plan), watchPartition, state, output);
    }

    WatchCore(MonitorPlan plan, RateDetectors rates, int watchPartition, KeyedState state, WatchOutput output) {
        this.plan = plan;
        this.home = new Home(plan, watchPartition);
        this.watches = home.watches();
        this.state = state;
        this.output = output;
        this.check = new PartialCheck(plan.shape(), watchPartition);
        this.inbox = new Inbox(plan.shape().partitions(), state);
        this.detectors = new DetectorBank(plan, home, rates, state);
        this.alerts = new AlertBank(plan, home, state);
        this.rollUps = new RollUps(state, plan.timing().paneMs());
        this.evidence = new EvidenceBuilder(plan);
        this.suspects = new Suspects(state, longestWindow());
        this.coFiring = new CoFiring(rollUps, plan.timing().paneMs());
    }

    /**
     * Fills an empty state from a snapshot.
     *
     * @param chunks all chunks of one snapshot, in order
     * @return the pane after which the state holds; partials of later panes continue it, earlier ones are ignored
     * @throws IllegalArgumentException when chunks are missing, out of order or of different snapshots
     */
    public static long restore(KeyedState state, List<Snapshot> chunks) {
        return SnapshotReader.restore(state, chunks);
    }

    /** Takes one record of {@code pane-partials} and does everything that has become possible. */
    public void accept(PanePartial partial) {
        if (!check.accepts(partial)) {
            count(WatchCounts.oneMalformed());
            return;
        }
        int partition = partial.getPartition();
        switch (partial.getBodyCase()) {
            case CHUNK -> count(inbox.chunk(partition, partial));
            case MARKER -> count(inbox.marker(partition, partial));
            case FORCE_CLOSE -> force(partial.getForceClose().getLastPane());
            case BODY_NOT_SET -> throw new IllegalStateException("a partial without body passed the check");
        }
        mergeComplete();
        while (partial.hasMarker() && inbox.overflows(partition)) {
            merge(inbox.nextKnown().orElseThrow());
            count(new WatchCounts(0, 0, 0, 0, 0, 1));
            mergeComplete();
        }
    }

    /** What was ignored or skipped so far. */
    public WatchCounts counts() {
        byte[] bytes = state.get(Keys.COUNTS);
        return bytes == null ? WatchCounts.NONE : WatchCounts.fromBytes(bytes);
    }

    /** The pane that will be merged next; empty before every partition has closed one. */
    public OptionalLong nextPane() {
        return inbox.next();
    }

    private void mergeComplete() {
        OptionalLong next = inbox.next();
        while (next.isPresent() && inbox.complete(next.getAsLong())) {
            merge(next.getAsLong());
            next = inbox.next();
        }
    }

    /** Closes panes that wait for a stalled partition; never beyond what some partition has closed. */
    private void force(long lastPane) {
        OptionalLong next = inbox.nextKnown();
        OptionalLong closed = inbox.lastClosed();
        while (next.isPresent() && closed.isPresent() && next.getAsLong() <= Math.min(lastPane, closed.getAsLong())) {
            merge(next.getAsLong());
            next = inbox.nextKnown();
        }
    }

    private void merge(long number) {
        MergedPane pane = PaneMerge.merge(inbox.take(number), plan.timing());
        suspects.add(pane, watches);
        Verdicts verdicts = detectors.judge(pane);
        List<AlertCore> cores = new ArrayList<>();
        for (AlertBank.Move move : alerts.step(pane, verdicts)) {
            cores.add(move.core());
            output.transition(transition(move, pane));
        }
        detectors.learn(alerts::quiet);
        rollUps.add(pane, watches);
        output.digest(digest(pane, cores));
        if (!pane.skipped().isEmpty()) {
            count(new WatchCounts(0, 0, 0, 0, pane.skipped().size(), 0));
        }
        if (endsHour(pane)) {
            SnapshotWriter.write(state, snapshotHead(pane), output);
        }
    }

    private AlertTransition transition(AlertBank.Move move, MergedPane pane) {
        return AlertTransition.newBuilder()
                .setSchemaVersion(SCHEMA_VERSION)
                .setEpoch(plan.epoch())
                .setWatchPartition(home.watchPartition())
                .setCore(move.core())
                .setEvidence(evidence.build(move.core(), move.alert(), surroundings(move, pane)))
                .build();
    }

    /** Health over the minutes that the alert's longest window touches; requests and co-firing of the same window. */
    private Surroundings surroundings(AlertBank.Move move, MergedPane pane) {
        int panes = evidence.windowPanes(move.alert());
        long startMs = pane.endMs() - panes * plan.timing().paneMs();
        RollUps.Totals totals = RollUps.Totals.of(pane.totals());
        Ring ring = Ring.MINUTES;
        long first = Math.max(ring.slot(startMs), ring.slot(pane.endMs() - 1) - ring.slots() + 1);
        for (long slot = first; slot * ring.slotMs() < pane.endMs(); slot++) {
            totals = totals.plus(rollUps.totals(ring, slot * ring.slotMs()));
        }
        List<TopRequest> top = move.watch().isEmpty() ? List.of() : suspects.of(move.watch(), pane.pane(), panes);
        return new Surroundings(
                totals.accounted(), totals.served(), totals.refused(), top, coFiring.lines(pane, move.watch()));
    }

    private PaneDigest digest(MergedPane pane, List<AlertCore> cores) {
        TreeMap<String, byte[]> blocks = new TreeMap<>(BlockKey.ORDER);
        pane.watches().forEach((key, block) -> blocks.put(key, block.encode()));
        pane.features().forEach((key, block) -> blocks.put(key, block.encode()));
        return PaneDigest.newBuilder()
                .setSchemaVersion(SCHEMA_VERSION)
                .setEpoch(plan.epoch())
                .setWatchPartition(home.watchPartition())
                .setPane(pane.pane())
                .setStatistics(PaneDigests.statistics(blocks, pane.totals()))
                .setRefusals(PaneDigests.refusals(pane.totals()))
                .setAlerts(PaneDigests.alerts(cores))
                .setBlocks(blocks.size())
                .addAllBlockDigests(PaneDigests.blocks(blocks))
                .addAllSkipped(pane.skipped())
                .build();
    }

    private Snapshot snapshotHead(MergedPane pane) {
        return Snapshot.newBuilder()
                .setEpoch(plan.epoch())
                .setPartition(home.watchPartition())
                .setPane(pane.pane())
                .build();
    }

    private boolean endsHour(MergedPane pane) {
        long startMs = pane.endMs() - plan.timing().paneMs();
        return Math.floorDiv(pane.endMs(), HOUR_MS) != Math.floorDiv(startMs, HOUR_MS);
    }

    private int longestWindow() {
        int panes = 1;
        for (AlertPlan alert : plan.alerts()) {
            panes = Math.max(panes, evidence.windowPanes(alert));
        }
        return panes;
    }

    private void count(WatchCounts more) {
        if (!more.equals(WatchCounts.NONE)) {
            state.put(Keys.COUNTS, counts().plus(more).toBytes());
        }
    }
}
