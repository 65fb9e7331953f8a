package io.seismo.score;

import com.google.protobuf.UnsafeByteOperations;
import io.seismo.window.BlockKey;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Sends a closed pane to all watch partitions: to each its chunks of at most 256 KiB in key order, then a marker.
 *
 * <p>A marker carries at most 400 suspects, so it stays far below 512 KiB.
 */
final class PaneWriter {

    static final int MAX_CHUNK_BYTES = 262_144;
    static final int MAX_SUSPECTS = 400;

    private static final int ENTRY_OVERHEAD = 16;

    private final int partition;
    private final int watchPartitions;
    private final ScoreOutput output;

    PaneWriter(int partition, int watchPartitions, ScoreOutput output) {
        this.partition = partition;
        this.watchPartitions = watchPartitions;
        this.output = output;
    }

    /**
     * Writes one closing.
     *
     * @param epoch of the pane
     * @param offset of the tick that closed it, in {@code activations}
     */
    void write(PaneBook.Closing closing, long epoch, long offset) {
        SortedMap<String, byte[]> blocks = closing.content().encodedBlocks();
        SortedMap<String, Suspects> suspects = closing.content().suspects();
        for (int watchPartition = 0; watchPartition < watchPartitions; watchPartition++) {
            int chunks = chunks(watchPartition, closing.first(), epoch, blocks);
            PaneMarker marker = PaneMarker.newBuilder()
                    .setFirstPane(closing.first())
                    .setLastPane(closing.last())
                    .setChunks(chunks)
                    .setTotals(closing.content().totals().toProto())
                    .addAllTop(top(watchPartition, suspects))
                    .setClosedAtOffset(offset)
                    .build();
            output.partial(watchPartition, start(epoch).setMarker(marker).build());
        }
    }

    private int chunks(int watchPartition, long pane, long epoch, SortedMap<String, byte[]> blocks) {
        int chunks = 0;
        int bytes = 0;
        PaneChunk.Builder chunk = PaneChunk.newBuilder().setPane(pane);
        for (Map.Entry<String, byte[]> block : blocks.entrySet()) {
            if (BlockKey.partition(block.getKey(), watchPartitions) != watchPartition) {
                continue;
            }
            int size = block.getKey().length() * 3 + block.getValue().length + ENTRY_OVERHEAD;
            if (chunk.getBlocksCount() > 0 && bytes + size > MAX_CHUNK_BYTES) {
                output.partial(watchPartition, start(epoch).setChunk(chunk).build());
                chunks++;
                bytes = 0;
                chunk.clearBlocks();
            }
            bytes += size;
            chunk.addBlocks(KeyedBytes.newBuilder()
                    .setKey(block.getKey())
                    .setValue(UnsafeByteOperations.unsafeWrap(block.getValue())));
        }
        if (chunk.getBlocksCount() > 0) {
            output.partial(watchPartition, start(epoch).setChunk(chunk).build());
            chunks++;
        }
        return chunks;
    }

    /** Suspects of the watch entries whose blocks go to the partition: by entry, highest first. */
    private List<TopRequest> top(int watchPartition, SortedMap<String, Suspects> suspects) {
        List<Suspects> here = new ArrayList<>();
        suspects.forEach((watch, list) -> {
            if (new BlockKey.Watch(watch).partition(watchPartitions) == watchPartition) {
                here.add(list);
            }
        });
        List<TopRequest> top = new ArrayList<>();
        int each = Math.max(1, Math.min(Suspects.MAX, MAX_SUSPECTS / Math.max(1, here.size())));
        for (Suspects list : here) {
            for (int i = 0; i < Math.min(each, list.list().size()) && top.size() < MAX_SUSPECTS; i++) {
                top.add(list.list().get(i));
            }
        }
        return top;
    }

    private PanePartial.Builder start(long epoch) {
        return PanePartial.newBuilder().setSchemaVersion(1).setEpoch(epoch).setPartition(partition);
    }
}
