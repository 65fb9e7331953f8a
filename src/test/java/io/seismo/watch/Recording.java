package io.seismo.watch;

import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** Keeps what WATCH puts out, in order. */
final class Recording implements WatchOutput {

    final List<AlertTransition> transitions = new ArrayList<>();
    final List<PaneDigest> digests = new ArrayList<>();
    final List<Snapshot> snapshots = new ArrayList<>();
    /** Everything as bytes, in the order it arose. */
    final List<String> all = new ArrayList<>();

    @Override
    public void transition(AlertTransition transition) {
        transitions.add(transition);
        all.add("transition " + HexFormat.of().formatHex(transition.toByteArray()));
    }

    @Override
    public void digest(PaneDigest digest) {
        digests.add(digest);
        all.add("digest " + HexFormat.of().formatHex(digest.toByteArray()));
    }

    @Override
    public void snapshot(Snapshot snapshot) {
        snapshots.add(snapshot);
        all.add("snapshot " + HexFormat.of().formatHex(snapshot.toByteArray()));
    }

    List<Long> panes() {
        return digests.stream().map(PaneDigest::getPane).toList();
    }

    /** All chunks of the snapshots, by pane. */
    TreeMap<Long, List<Snapshot>> snapshotsByPane() {
        TreeMap<Long, List<Snapshot>> byPane = new TreeMap<>();
        snapshots.forEach(chunk -> byPane.computeIfAbsent(chunk.getPane(), pane -> new ArrayList<>())
                .add(chunk));
        return byPane;
    }
}
