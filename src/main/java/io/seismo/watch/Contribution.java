package io.seismo.watch;

import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import java.util.List;

/**
 * What one partition has to say about one pane, complete.
 *
 * @param partition of {@code features}
 * @param chunks in key order
 * @param marker the marker whose first pane this is
 */
record Contribution(int partition, List<PaneChunk> chunks, PaneMarker marker) {
    Contribution {
        chunks = List.copyOf(chunks);
    }
}
