package io.seismo.watch;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.window.BlockKey;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one watch partition computes: a deterministic state machine over the partials it receives.
 *
 * <p>Everything it must remember is in the {@link KeyedState} when {@link #accept} returns; a new instance over the same
 * state goes on as if nothing had happened. Only one thread may use an instance. See the package's page for the order of
 * work within a pane.
 */
public final class WatchCore {

    private static final int SCHEMA_VERSION = 1;
    private static final int EPOCH_VERSION = 1;
    private static final long HOUR_MS = 3_600_000;

    private final Plans plans;
    private final Function<MonitorPlan, RateDetectors> rates;
    private final int watchPartition;
    private final KeyedState state;
    private final WatchOutput output;
    private final Timing timing;
    private final PartialCheck check;
    private final Inbox inbox;
    private @Nullable EpochWatch watch;

    /**
     * A machine over a state, new or used.
     *
     * @param plans of all epochs; a pane is judged by that of the newest epoch some partition counted it under
     * @param watchPartition which of the plan's watch partitions this is
     * @param state of this partition alone
     * @param output receives results in order
     */
    public WatchCore(Plans plans, int watchPartition, KeyedState state, WatchOutput output) {
        this(plans, RateDetectors::new, watchPartition, state, output);
    }

    WatchCore(
            Plans plans,
            Function<MonitorPlan, RateDetectors> rates,
            int watchPartition,
            KeyedState state,
            WatchOutput output) {
        MonitorPlan any = plans.newest();
        this.plans = plans;
        this.rates = rates;
        this.watchPartition = Home.checked(any, watchPartition);
        this.state = state;
        this.output = output;
        this.timing = any.timing();
        this.check = new PartialCheck(any.shape(), watchPartition);
        this.inbox = new Inbox(any.shape().partitions(), state);
        byte[] epoch = state.get(Keys.EPOCH);
        this.watch = epoch == null ? null : watch(storedEpoch(epoch));
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
        Intake intake = inbox.take(number);
        EpochWatch before = watch;
        EpochWatch now = watchOf(intake);
        MergedPane pane = PaneMerge.merge(intake.under(now.plan(), plans), timing);
        List<AlertTransition> transitions = new ArrayList<>();
        if (before != null && before != now) {
            transitions.addAll(before.retire(now, pane));
            new Succession(before.plan(), now.plan()).settle(state);
        }
        transitions.addAll(now.step(pane));
        transitions.forEach(output::transition);
        output.digest(digest(pane, now.plan().epoch(), transitions));
        if (!pane.skipped().isEmpty()) {
            count(new WatchCounts(0, 0, 0, 0, pane.skipped().size(), 0));
        }
        if (endsHour(pane)) {
            SnapshotWriter.write(state, snapshotHead(pane, now.plan().epoch()), output);
        }
    }

    /** Epochs only rise: a pane that nothing was counted in stays with the one before. */
    private EpochWatch watchOf(Intake intake) {
        EpochWatch now = watch;
        long newest = now == null ? 0 : now.plan().epoch();
        for (Contribution contribution : intake.contributions()) {
            newest = Math.max(newest, contribution.epoch());
        }
        if (now == null || newest > now.plan().epoch()) {
            // A first pane closed by force may have no contribution at all.
            now = watch(newest == 0 ? plans.newest().epoch() : newest);
            StateWriter stored = new StateWriter().u8(EPOCH_VERSION);
            state.put(Keys.EPOCH, stored.varint(now.plan().epoch()).toByteArray());
            watch = now;
        }
        return now;
    }

    private EpochWatch watch(long epoch) {
        MonitorPlan plan = plans.of(epoch);
        return new EpochWatch(plan, rates.apply(plan), watchPartition, state);
    }

    private static long storedEpoch(byte[] bytes) {
        StateReader in = new StateReader(bytes, "epoch of WATCH").version(EPOCH_VERSION);
        long epoch = in.varint();
        in.end();
        return epoch;
    }

    private PaneDigest digest(MergedPane pane, long epoch, List<AlertTransition> transitions) {
        List<AlertCore> cores =
                transitions.stream().map(AlertTransition::getCore).toList();
        TreeMap<String, byte[]> blocks = new TreeMap<>(BlockKey.ORDER);
        pane.watches().forEach((key, block) -> blocks.put(key, block.encode()));
        pane.features().forEach((key, block) -> blocks.put(key, block.encode()));
        pane.fidelity().forEach((key, block) -> blocks.put(key, block.encode()));
        return PaneDigest.newBuilder()
                .setSchemaVersion(SCHEMA_VERSION)
                .setEpoch(epoch)
                .setWatchPartition(watchPartition)
                .setPane(pane.pane())
                .setStatistics(PaneDigests.statistics(blocks, pane.totals()))
                .setRefusals(PaneDigests.refusals(pane.totals()))
                .setAlerts(PaneDigests.alerts(cores))
                .setBlocks(blocks.size())
                .addAllBlockDigests(PaneDigests.blocks(blocks))
                .addAllSkipped(pane.skipped())
                .build();
    }

    private Snapshot snapshotHead(MergedPane pane, long epoch) {
        return Snapshot.newBuilder()
                .setEpoch(epoch)
                .setPartition(watchPartition)
                .setPane(pane.pane())
                .build();
    }

    private boolean endsHour(MergedPane pane) {
        long startMs = pane.endMs() - timing.paneMs();
        return Math.floorDiv(pane.endMs(), HOUR_MS) != Math.floorDiv(startMs, HOUR_MS);
    }

    private void count(WatchCounts more) {
        if (!more.equals(WatchCounts.NONE)) {
            state.put(Keys.COUNTS, counts().plus(more).toBytes());
        }
    }
}
