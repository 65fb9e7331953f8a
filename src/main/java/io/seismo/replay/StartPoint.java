package io.seismo.replay;

import io.seismo.wire.KeyedBytes;
import io.seismo.wire.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Where a replay starts: a snapshot of every watch partition after the same pane, and of every scorer at or before it.
 *
 * <p>A scorer without one starts empty at the origin of its log. What scorers give of panes up to the start is ignored by
 * WATCH, so one that starts earlier than the others costs time and changes nothing.
 *
 * @param pane the pane after which the watch partitions stand; {@link #ORIGIN_PANE} for the empty state
 * @param watch chunks by watch partition
 * @param score chunks by partition
 */
record StartPoint(long pane, Map<Integer, List<Snapshot>> watch, Map<Integer, List<Snapshot>> score) {

    static final long ORIGIN_PANE = Long.MIN_VALUE;

    /** The empty state at the origin of the log: the first snapshot. */
    static final StartPoint ORIGIN = new StartPoint(ORIGIN_PANE, Map.of(), Map.of());

    /** Whose entries a score snapshot holds, each under its own prefix. */
    enum Part {
        GATE("gate/"),
        SCORE("score/");

        private final String prefix;

        Part(String prefix) {
            this.prefix = prefix;
        }
    }

    boolean isOrigin() {
        return pane == ORIGIN_PANE;
    }

    List<Snapshot> watch(int partition) {
        return watch.getOrDefault(partition, List.of());
    }

    /** Offset of {@code activations} after which the scorer's state holds; −1 at the origin. */
    long offset(int partition) {
        List<Snapshot> chunks = score.getOrDefault(partition, List.of());
        return chunks.isEmpty() ? -1 : chunks.get(0).getOffset();
    }

    /** Hands the entries of one store to a state machine. */
    void restore(int partition, Part part, BiConsumer<String, byte[]> machine) {
        entries(score.getOrDefault(partition, List.of())).forEach((key, value) -> {
            if (key.startsWith(part.prefix)) {
                machine.accept(key.substring(part.prefix.length()), value);
            }
        });
    }

    /** All entries of a snapshot's chunks. */
    static SortedMap<String, byte[]> entries(List<Snapshot> chunks) {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        for (Snapshot chunk : chunks) {
            for (KeyedBytes entry : chunk.getEntriesList()) {
                entries.put(entry.getKey(), entry.getValue().toByteArray());
            }
        }
        return entries;
    }
}
