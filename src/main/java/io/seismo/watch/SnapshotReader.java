package io.seismo.watch;

import io.seismo.wire.KeyedBytes;
import io.seismo.wire.Snapshot;
import java.util.List;

/** Puts a snapshot into an empty state. */
final class SnapshotReader {

    private SnapshotReader() {}

    /**
     * @return the pane after which the state holds
     * @throws IllegalArgumentException when chunks are missing, out of order or of different snapshots
     */
    static long restore(KeyedState state, List<Snapshot> chunks) {
        if (chunks.isEmpty()) {
            throw new IllegalArgumentException("a snapshot has at least one chunk");
        }
        Snapshot head = chunks.get(0);
        for (int i = 0; i < chunks.size(); i++) {
            require(head, chunks.get(i), i);
        }
        if (head.getChunks() != chunks.size()) {
            throw new IllegalArgumentException("snapshot of pane " + head.getPane() + " has " + head.getChunks()
                    + " chunks, here are " + chunks.size());
        }
        for (Snapshot chunk : chunks) {
            for (KeyedBytes entry : chunk.getEntriesList()) {
                state.put(entry.getKey(), entry.getValue().toByteArray());
            }
        }
        return head.getPane();
    }

    private static void require(Snapshot head, Snapshot chunk, int index) {
        boolean fits = chunk.getKind() == Snapshot.Kind.KIND_WATCH
                && chunk.getSchemaVersion() == 1
                && chunk.getPartition() == head.getPartition()
                && chunk.getPane() == head.getPane()
                && chunk.getChunk() == index;
        if (!fits) {
            throw new IllegalArgumentException("chunk " + index + " of the snapshot of pane " + head.getPane()
                    + " is missing, of another kind or of another snapshot");
        }
    }
}
