package io.seismo.watch;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Chunks and markers that wait until their pane can be merged.
 *
 * <p>The first pane is the smallest first pane over the first markers of all P partitions; a partition whose first marker
 * starts later counts as having closed everything before it. A pane is complete when every partition has closed it and
 * all chunks its marker announces are here. A chunk is known by its first key, so storing it twice changes nothing.
 *
 * <p>Bound: {@link #MAX_WAITING} markers of each partition. They can only pile up while another partition stalls. Beyond
 * the bound the oldest pane must be closed by force: {@link #overflows}.
 */
final class Inbox {

    /** Six hours of ten-second panes: activations are kept no longer, so what stalls cannot be had any more. */
    static final int MAX_WAITING = 2_160;

    private static final byte VERSION = 1;

    private final int partitions;
    private final KeyedState state;

    Inbox(int partitions, KeyedState state) {
        this.partitions = partitions;
        this.state = state;
    }

    /** Stores a chunk that has passed the check. */
    WatchCounts chunk(int partition, PanePartial partial) {
        PaneChunk chunk = partial.getChunk();
        if (merged(chunk.getPane())) {
            return WatchCounts.oneLate();
        }
        String key = Keys.chunk(chunk.getPane(), partition, chunk.getBlocks(0).getKey());
        byte[] value = WaitingPane.stored(partial);
        byte[] before = state.get(key);
        if (before != null) {
            return Arrays.equals(before, value) ? WatchCounts.oneDuplicate() : WatchCounts.oneConflict();
        }
        if (closed(chunk.getPane(), partition)
                && WaitingPane.read(state, chunk.getPane()).complete(partition)) {
            return WatchCounts.oneConflict();
        }
        state.put(key, value);
        return WatchCounts.NONE;
    }

    /** Stores a marker that has passed the check, and what it closes. */
    WatchCounts marker(int partition, PanePartial partial) {
        PaneMarker marker = partial.getMarker();
        Progress before = progress(partition);
        if (before != null && marker.getFirstPane() <= before.closedThrough()) {
            return repeated(partition, partial, before);
        }
        boolean late = merged(marker.getFirstPane());
        if (!late) {
            state.put(Keys.marker(marker.getFirstPane(), partition), WaitingPane.stored(partial));
        }
        int waiting = (before == null ? 0 : before.waiting()) + (late ? 0 : 1);
        long first = before == null ? marker.getFirstPane() : before.first();
        put(partition, new Progress(first, marker.getLastPane(), waiting));
        return late ? WatchCounts.oneLate() : WatchCounts.NONE;
    }

    /** The next pane to merge, once every partition has closed one. */
    OptionalLong next() {
        OptionalLong cursor = cursor();
        return cursor.isPresent() || known() < partitions ? cursor : firstKnown();
    }

    /** The next pane to merge, of those partitions that have closed one. */
    OptionalLong nextKnown() {
        OptionalLong cursor = cursor();
        return cursor.isPresent() ? cursor : firstKnown();
    }

    /** Whether every partition has closed a pane and all its chunks are here. */
    boolean complete(long pane) {
        for (int partition = 0; partition < partitions; partition++) {
            if (!closed(pane, partition)) {
                return false;
            }
        }
        WaitingPane waiting = WaitingPane.read(state, pane);
        for (int partition = 0; partition < partitions; partition++) {
            if (!waiting.complete(partition)) {
                return false;
            }
        }
        return true;
    }

    /** The last pane that any partition has closed; closing further by force would invent panes. */
    OptionalLong lastClosed() {
        OptionalLong last = OptionalLong.empty();
        for (int partition = 0; partition < partitions; partition++) {
            Progress progress = progress(partition);
            if (progress != null && (last.isEmpty() || progress.closedThrough() > last.getAsLong())) {
                last = OptionalLong.of(progress.closedThrough());
            }
        }
        return last;
    }

    /** Whether a partition has more markers waiting than the inbox may hold. */
    boolean overflows(int partition) {
        Progress progress = progress(partition);
        return progress != null && progress.waiting() > MAX_WAITING;
    }

    /** Removes a pane and gives what complete contributions said; the cursor moves behind it. */
    Intake take(long pane) {
        WaitingPane waiting = WaitingPane.read(state, pane);
        List<Contribution> contributions = new ArrayList<>();
        List<Integer> skipped = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            Contribution contribution = waiting.contribution(partition);
            if (!closed(pane, partition) || !waiting.complete(partition)) {
                skipped.add(partition);
            } else if (contribution != null) {
                contributions.add(contribution);
            }
            if (contribution != null) {
                taken(partition);
            }
        }
        waiting.keys().forEach(state::remove);
        state.put(Keys.NEXT, new StateWriter().u8(VERSION).i64(pane + 1).toByteArray());
        return new Intake(pane, contributions, skipped);
    }

    private void taken(int partition) {
        Progress progress = progress(partition);
        if (progress != null) {
            put(partition, new Progress(progress.first(), progress.closedThrough(), progress.waiting() - 1));
        }
    }

    private WatchCounts repeated(int partition, PanePartial partial, Progress before) {
        PaneMarker marker = partial.getMarker();
        if (marker.getLastPane() > before.closedThrough()) {
            put(partition, new Progress(before.first(), marker.getLastPane(), before.waiting()));
            return WatchCounts.oneConflict();
        }
        if (merged(marker.getLastPane())) {
            return WatchCounts.oneLate();
        }
        byte[] stored = state.get(Keys.marker(marker.getFirstPane(), partition));
        boolean same = stored == null || Arrays.equals(stored, WaitingPane.stored(partial));
        return same ? WatchCounts.oneDuplicate() : WatchCounts.oneConflict();
    }

    private boolean closed(long pane, int partition) {
        Progress progress = progress(partition);
        return progress != null && progress.closedThrough() >= pane;
    }

    private boolean merged(long pane) {
        OptionalLong cursor = cursor();
        return cursor.isPresent() && pane < cursor.getAsLong();
    }

    private OptionalLong cursor() {
        byte[] bytes = state.get(Keys.NEXT);
        return bytes == null
                ? OptionalLong.empty()
                : OptionalLong.of(
                        new StateReader(bytes, "cursor").version(VERSION).i64());
    }

    private int known() {
        int known = 0;
        for (int partition = 0; partition < partitions; partition++) {
            known += progress(partition) == null ? 0 : 1;
        }
        return known;
    }

    private OptionalLong firstKnown() {
        OptionalLong first = OptionalLong.empty();
        for (int partition = 0; partition < partitions; partition++) {
            Progress progress = progress(partition);
            if (progress != null && (first.isEmpty() || progress.first() < first.getAsLong())) {
                first = OptionalLong.of(progress.first());
            }
        }
        return first;
    }

    private @Nullable Progress progress(int partition) {
        byte[] bytes = state.get(Keys.progress(partition));
        return bytes == null ? null : Progress.fromBytes(bytes);
    }

    private void put(int partition, Progress progress) {
        state.put(Keys.progress(partition), progress.toBytes());
    }
}
