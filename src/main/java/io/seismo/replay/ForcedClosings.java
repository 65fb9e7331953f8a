package io.seismo.replay;

import io.seismo.wire.ForceClose;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes one watch partition close by force what was closed by force live.
 *
 * <p>The digests say which partitions a pane was merged without. Their partials for that pane are withheld, and the pane
 * is closed by a record of the same kind once everything else that live had is there.
 */
final class ForcedClosings {

    private static final long NOTHING = Long.MIN_VALUE;

    private final NavigableMap<Long, Set<Integer>> skipped;
    private final TreeMap<Long, Set<Integer>> waiting;
    private final long[] closedThrough;
    private final long firstPane;

    /**
     * Nothing closed yet.
     *
     * @param skipped panes closed by force with the partitions left out
     * @param partitions of {@code features}
     * @param firstPane the first pane this replay merges
     */
    ForcedClosings(NavigableMap<Long, Set<Integer>> skipped, int partitions, long firstPane) {
        this.skipped = skipped;
        this.waiting = new TreeMap<>(skipped.tailMap(firstPane, true));
        this.closedThrough = new long[partitions];
        this.firstPane = firstPane;
        Arrays.fill(closedThrough, NOTHING);
    }

    /** What of a partial WATCH may see; {@code null} when it must see nothing of it. */
    @Nullable
    PanePartial admit(PanePartial partial) {
        int p = partial.getPartition();
        if (partial.hasChunk()) {
            return leftOut(partial.getChunk().getPane(), p) ? null : partial;
        }
        PaneMarker marker = partial.getMarker();
        closedThrough[p] = Math.max(closedThrough[p], marker.getLastPane());
        if (!leftOut(marker.getFirstPane(), p)) {
            return partial;
        }
        long rest = marker.getFirstPane() + 1;
        while (rest <= marker.getLastPane() && leftOut(rest, p)) {
            rest++;
        }
        return rest > marker.getLastPane()
                ? null
                : partial.toBuilder()
                        .setMarker(PaneMarker.newBuilder().setFirstPane(rest).setLastPane(marker.getLastPane()))
                        .build();
    }

    /** The next closing by force whose time has come. */
    Optional<PanePartial> due() {
        Map.Entry<Long, Set<Integer>> next = waiting.firstEntry();
        if (next == null || !ready(next.getKey())) {
            return Optional.empty();
        }
        waiting.pollFirstEntry();
        return Optional.of(PanePartial.newBuilder()
                .setSchemaVersion(1)
                .setForceClose(ForceClose.newBuilder()
                        .setLastPane(next.getKey())
                        .setBy("replay")
                        .setReason("closed by force live"))
                .build());
    }

    /** Everybody has closed the last pane, up to this one, that they were not left out of. */
    private boolean ready(long pane) {
        for (int p = 0; p < closedThrough.length; p++) {
            long needed = pane;
            while (needed >= firstPane && leftOut(needed, p)) {
                needed--;
            }
            if (needed >= firstPane && closedThrough[p] < needed) {
                return false;
            }
        }
        return true;
    }

    private boolean leftOut(long pane, int partition) {
        Set<Integer> out = skipped.get(pane);
        return out != null && out.contains(partition);
    }
}
