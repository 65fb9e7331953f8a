package io.seismo.replay;

import io.seismo.spec.MonitorPlan;
import io.seismo.watch.KeyedState;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.watch.WatchOutput;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One watch partition in a replay: its core, what was closed by force, and the changes of its plan.
 *
 * <p>A core over the same state goes on where another one stopped, so another plan is another core, as it was live when
 * the process started again under a new spec.
 */
final class WatchLane implements WatchOutput {

    private final Course course;
    private final int watchPartition;
    private final ReplayOutput output;
    private final KeyedState state = new TreeMapState();
    private final ForcedClosings forced;
    private final NavigableMap<Long, Long> epochs;
    private MonitorPlan plan;
    private WatchCore core;

    WatchLane(Course course, int watchPartition, ReplayOutput output) {
        this.course = course;
        this.watchPartition = watchPartition;
        this.output = output;
        Interventions interventions = course.interventions();
        long firstPane = interventions.firstPane(watchPartition).orElse(0);
        if (!course.start().isOrigin()) {
            WatchCore.restore(state, course.start().watch(watchPartition));
            firstPane = Math.max(firstPane, course.start().pane() + 1);
        }
        this.forced = new ForcedClosings(
                interventions.skipped(watchPartition), course.anyPlan().shape().partitions(), firstPane);
        this.epochs = interventions.epochs(watchPartition);
        this.plan = planAt(firstPane);
        this.core = new WatchCore(plan, watchPartition, state, this);
    }

    void accept(PanePartial partial) {
        changePlan();
        PanePartial admitted = forced.admit(partial);
        if (admitted != null) {
            core.accept(admitted);
        }
        for (Optional<PanePartial> due = forced.due(); due.isPresent(); due = forced.due()) {
            changePlan();
            core.accept(due.get());
        }
    }

    private void changePlan() {
        OptionalLong next = core.nextPane();
        if (epochs.size() < 2 || next.isEmpty()) {
            return;
        }
        MonitorPlan now = planAt(next.getAsLong());
        if (now.epoch() != plan.epoch()) {
            plan = now;
            core = new WatchCore(plan, watchPartition, state, this);
        }
    }

    private MonitorPlan planAt(long pane) {
        Map.Entry<Long, Long> epoch = epochs.floorEntry(pane);
        if (epoch != null) {
            return course.plan(epoch.getValue());
        }
        return epochs.isEmpty()
                ? course.anyPlan()
                : course.plan(epochs.firstEntry().getValue());
    }

    @Override
    public void transition(AlertTransition transition) {
        output.transition(transition);
    }

    @Override
    public void digest(PaneDigest digest) {
        output.digest(digest);
    }

    @Override
    public void snapshot(Snapshot muted) {
        // Replays leave no trace.
    }
}
