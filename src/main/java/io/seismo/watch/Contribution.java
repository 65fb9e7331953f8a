package io.seismo.watch;

import io.seismo.window.BlockKey;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one partition has to say about one pane, complete.
 *
 * @param partition of {@code features}
 * @param epoch it counted the pane under
 * @param chunks in key order
 * @param marker the marker whose first pane this is
 */
record Contribution(int partition, long epoch, List<PaneChunk> chunks, PaneMarker marker) {
    Contribution {
        chunks = List.copyOf(chunks);
    }

    /** With those blocks alone whose key passes; the totals stay whole. */
    Contribution only(Predicate<String> keys) {
        List<PaneChunk> kept = new ArrayList<>();
        for (PaneChunk chunk : chunks) {
            PaneChunk.Builder part = PaneChunk.newBuilder().setPane(chunk.getPane());
            chunk.getBlocksList().stream()
                    .filter(block -> keys.test(block.getKey()))
                    .forEach(part::addBlocks);
            kept.add(part.build());
        }
        PaneMarker.Builder top = marker.toBuilder().clearTop();
        marker.getTopList().stream()
                .filter(request -> keys.test(new BlockKey.Watch(request.getWatch()).text()))
                .forEach(top::addTop);
        return new Contribution(partition, epoch, kept, top.build());
    }
}
