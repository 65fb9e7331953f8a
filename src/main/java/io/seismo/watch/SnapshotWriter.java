package io.seismo.watch;

import com.google.protobuf.ByteString;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.Snapshot;
import java.util.List;

/**
 * Writes the state after a pane, in key order, in chunks.
 *
 * <p>A snapshot is a function of the panes merged so far. What is not — the inbox, how far single partitions have come,
 * counts of what was ignored — stays out: it depends on who came first, and a replay produces the panes behind the
 * snapshot anew. Bound of a chunk: 256 KiB of entries, or one entry that is larger.
 */
final class SnapshotWriter {

    static final int MAX_CHUNK_BYTES = 256 * 1024;

    /** Everything that follows from merged panes, in key order. */
    private static final List<String> PREFIXES = List.of("a/", "b/", Keys.NEXT, "d/", "r/", "t/");

    private static final int SCHEMA_VERSION = 1;

    private final KeyedState state;
    private final WatchOutput output;
    private Snapshot.Builder chunk = Snapshot.newBuilder();
    private int bytes;
    private int index;

    private SnapshotWriter(KeyedState state, WatchOutput output) {
        this.state = state;
        this.output = output;
    }

    /** @param head epoch, partition and pane; chunk numbers and entries are filled in */
    static void write(KeyedState state, Snapshot head, WatchOutput output) {
        // Counting first keeps only one chunk in memory.
        SnapshotWriter counter = new SnapshotWriter(state, new Discard());
        int chunks = counter.run(head);
        new SnapshotWriter(state, output).run(head.toBuilder().setChunks(chunks).build());
    }

    private int run(Snapshot head) {
        chunk = head.toBuilder().setSchemaVersion(SCHEMA_VERSION).setKind(Snapshot.Kind.KIND_WATCH);
        for (String prefix : PREFIXES) {
            state.scan(prefix, this::add);
        }
        if (bytes > 0 || index == 0) {
            flush();
        }
        return index;
    }

    private void add(String key, byte[] value) {
        KeyedBytes entry = KeyedBytes.newBuilder()
                .setKey(key)
                .setValue(ByteString.copyFrom(value))
                .build();
        int size = entry.getSerializedSize() + 5;
        if (bytes > 0 && bytes + size > MAX_CHUNK_BYTES) {
            flush();
        }
        chunk.addEntries(entry);
        bytes += size;
    }

    private void flush() {
        output.snapshot(chunk.setChunk(index++).build());
        chunk.clearEntries();
        bytes = 0;
    }

    private static final class Discard implements WatchOutput {
        @Override
        public void transition(AlertTransition transition) {}

        @Override
        public void digest(PaneDigest digest) {}

        @Override
        public void snapshot(Snapshot snapshot) {}
    }
}
