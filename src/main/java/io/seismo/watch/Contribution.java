package io.seismo.watch;

import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.List;

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

    /** As a later plan may merge it: what means something else there is left out; the totals stay whole. */
    Contribution under(Succession change) {
        List<PaneChunk> carried = new ArrayList<>();
        for (PaneChunk chunk : chunks) {
            PaneChunk.Builder part = PaneChunk.newBuilder().setPane(chunk.getPane());
            for (KeyedBytes block : chunk.getBlocksList()) {
                KeyedBytes fitting = change.carry(block);
                if (fitting != null) {
                    part.addBlocks(fitting);
                }
            }
            carried.add(part.build());
        }
        PaneMarker.Builder fitting = marker.toBuilder().clearTop();
        for (TopRequest request : marker.getTopList()) {
            if (change.keepsWatch(request.getWatch())) {
                fitting.addTop(request);
            }
        }
        return new Contribution(partition, epoch, carried, fitting.build());
    }
}
