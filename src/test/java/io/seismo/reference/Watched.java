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
