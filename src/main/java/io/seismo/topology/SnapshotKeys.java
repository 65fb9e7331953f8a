package io.seismo.topology;

import io.seismo.wire.Snapshot;

/** Keys of the compacted topic {@code snapshots}: a chunk that is written twice is kept once. */
final class SnapshotKeys {

    private SnapshotKeys() {}

    static String of(Snapshot snapshot) {
        String kind = snapshot.getKind() == Snapshot.Kind.KIND_SCORE ? "score" : "watch";
        return kind + "/" + snapshot.getPartition() + "/" + snapshot.getPane() + "/" + snapshot.getChunk();
    }
}
