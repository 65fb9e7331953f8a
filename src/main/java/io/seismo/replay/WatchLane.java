package io.seismo.replay;

import io.seismo.watch.KeyedState;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.watch.WatchOutput;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import java.util.Optional;

/** One watch partition in a replay: its core, and what was closed by force. */
final class WatchLane implements WatchOutput {

    private final ReplayOutput output;
    private final ForcedClosings forced;
    private final WatchCore core;

    WatchLane(Course course, int watchPartition, ReplayOutput output) {
        this.output = output;
        KeyedState state = new TreeMapState();
        Interventions interventions = course.interventions();
        long firstPane = interventions.firstPane(watchPartition).orElse(0);
        if (!course.start().isOrigin()) {
            WatchCore.restore(state, course.start().watch(watchPartition));
            firstPane = Math.max(firstPane, course.start().pane() + 1);
        }
        int partitions = course.plans().newest().shape().partitions();
        this.forced = new ForcedClosings(interventions.skipped(watchPartition), partitions, firstPane);
        this.core = new WatchCore(course.plans(), watchPartition, state, this);
    }

    void accept(PanePartial partial) {
        PanePartial admitted = forced.admit(partial);
        if (admitted != null) {
            core.accept(admitted);
        }
        for (Optional<PanePartial> due = forced.due(); due.isPresent(); due = forced.due()) {
            core.accept(due.get());
        }
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
