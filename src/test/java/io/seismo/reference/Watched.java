package io.seismo.reference;

import io.seismo.watch.WatchOutput;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;

/** What WATCH wrote, of all watch partitions one after the other. */
public final class Watched implements WatchOutput {

    final List<AlertTransition> transitions = new ArrayList<>();
    final List<PaneDigest> digests = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();

    /** Pane digests in the order they were written. */
    public List<PaneDigest> digests() {
        return digests;
    }

    /** Transitions in the order they were written. */
    public List<AlertTransition> transitions() {
        return transitions;
    }

    /** Chunks of snapshots in the order they were written. */
    public List<Snapshot> snapshots() {
        return snapshots;
    }

    /** What must not depend on refusals: statistics and alerts of each pane, and alert cores. */
    public List<String> statisticsAndAlerts() {
        List<String> told = new ArrayList<>();
        for (PaneDigest digest : digests) {
            told.add(digest.toBuilder().clearRefusals().build().toString());
        }
        transitions.forEach(moved -> told.add(moved.getCore().toString()));
        return told;
    }

    @Override
    public void transition(AlertTransition transition) {
        transitions.add(transition);
    }

    @Override
    public void digest(PaneDigest digest) {
        digests.add(digest);
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        snapshots.add(snapshot);
    }
}
