package io.seismo.replay;

import io.seismo.wire.PaneDigest;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * What happened to WATCH besides traffic, as its digests tell: closings by force.
 *
 * <p>They came from outside at a moment that no record of {@code features} shows, so a replay must be told.
 */
final class Interventions {

    /** Nothing but traffic. */
    static final Interventions NONE = new Interventions();

    private final TreeMap<Integer, TreeMap<Long, Set<Integer>>> skipped = new TreeMap<>();
    private final TreeMap<Integer, Long> firstPanes = new TreeMap<>();

    /** Those that some digests tell of, in ascending order of panes within a watch partition. */
    static Interventions of(Iterable<PaneDigest> digests) {
        Interventions interventions = new Interventions();
        digests.forEach(interventions::note);
        return interventions;
    }

    /** What the next digest of its watch partition tells. */
    void note(PaneDigest digest) {
        int w = digest.getWatchPartition();
        firstPanes.putIfAbsent(w, digest.getPane());
        if (digest.getSkippedCount() > 0) {
            skipped.computeIfAbsent(w, none -> new TreeMap<>())
                    .put(digest.getPane(), Set.copyOf(digest.getSkippedList()));
        }
    }

    /** Panes closed by force in a watch partition, with the partitions left out. */
    NavigableMap<Long, Set<Integer>> skipped(int watchPartition) {
        return skipped.getOrDefault(watchPartition, new TreeMap<>());
    }

    /** The first pane that has a digest in a watch partition. */
    OptionalLong firstPane(int watchPartition) {
        Long first = firstPanes.get(watchPartition);
        return first == null ? OptionalLong.empty() : OptionalLong.of(first);
    }
}
