package io.seismo.topology;

import com.google.protobuf.ByteString;
import io.seismo.spec.Timing;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Writes the state of a scoring task once an hour of event time, so that replay can start there.
 *
 * <p>The stores hold everything the scorer and the gate know after a record, so a snapshot is their content, each store
 * under its own prefix. It is due behind the record that closed the last pane of an hour.
 */
final class ScoreSnapshots {

    private static final long PERIOD_MS = 3_600_000;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final Timing timing;
    private final int partition;
    private final SortedMap<String, List<StoreJournal>> stores;
    private long closedThrough = UNKNOWN;
    private boolean due;

    /**
     * Snapshots of one task.
     *
     * @param stores by the prefix their keys get
     */
    ScoreSnapshots(Timing timing, int partition, SortedMap<String, List<StoreJournal>> stores) {
        this.timing = timing;
        this.partition = partition;
        this.stores = stores;
    }

    /** Notices what a partial closes. */
    void observe(PanePartial partial) {
        if (!partial.hasMarker() || partial.getMarker().getLastPane() == closedThrough) {
            return;
        }
        long last = partial.getMarker().getLastPane();
        // By the marker alone, so that a task that has just been started again misses no hour.
        due |= period(last) > period(partial.getMarker().getFirstPane() - 1);
        closedThrough = last;
    }

    private long period(long pane) {
        return Math.floorDiv(timing.end(pane), PERIOD_MS);
    }

    /**
     * Writes a snapshot when one is due.
     *
     * @param epoch of the record just processed
     * @param offset of that record in {@code activations}
     */
    void writeIfDue(long epoch, long offset, Consumer<Snapshot> output) {
        if (!due) {
            return;
        }
        due = false;
        List<Snapshot.Builder> chunks = chunks();
        for (int i = 0; i < chunks.size(); i++) {
            output.accept(chunks.get(i)
                    .setSchemaVersion(1)
                    .setEpoch(epoch)
                    .setKind(Snapshot.Kind.KIND_SCORE)
                    .setPartition(partition)
                    .setPane(closedThrough)
                    .setOffset(offset)
                    .setChunk(i)
                    .setChunks(chunks.size())
                    .build());
        }
    }

    private List<Snapshot.Builder> chunks() {
        List<Snapshot.Builder> chunks = new ArrayList<>();
        chunks.add(Snapshot.newBuilder());
        int[] size = {0};
        stores.forEach((prefix, journals) -> journals.forEach(journal -> journal.restoreInto((key, value) -> {
            if (size[0] + value.length > CHUNK_BYTES) {
                chunks.add(Snapshot.newBuilder());
                size[0] = 0;
            }
            size[0] += value.length + key.length();
            chunks.get(chunks.size() - 1)
                    .addEntries(KeyedBytes.newBuilder().setKey(prefix + key).setValue(ByteString.copyFrom(value)));
        })));
        return chunks;
    }
}
