package io.seismo.replay;

import io.seismo.window.BlockKey;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What all partitions contributed to one place: their blocks and totals. */
final class Contributions {

    /**
     * A block of one partition.
     *
     * @param partition of {@code features}
     * @param key of the block; empty for the totals
     */
    private record Part(int partition, String key) {}

    /** What sums up others' blocks comes last: a feature tells more of what happened. */
    private static final Comparator<Part> ORDER = Comparator.comparingInt(Part::partition)
            .thenComparing(part -> part.key().startsWith("e/"))
            .thenComparing(Part::key, BlockKey.ORDER);

    private final Place place;
    private final SortedMap<Part, byte[]> blocks = new TreeMap<>(ORDER);
    private final Map<Integer, PaneTotals> totals = new TreeMap<>();

    Contributions(Place place) {
        this.place = place;
    }

    /** Takes what belongs to the place out of a partial of its watch partition. */
    void add(PanePartial partial) {
        int partition = partial.getPartition();
        if (partial.hasChunk() && partial.getChunk().getPane() == place.pane()) {
            for (KeyedBytes block : partial.getChunk().getBlocksList()) {
                blocks.put(new Part(partition, block.getKey()), block.getValue().toByteArray());
            }
        }
        if (partial.hasMarker() && partial.getMarker().getFirstPane() == place.pane()) {
            totals.put(partition, partial.getMarker().getTotals());
        }
    }

    boolean isEmpty() {
        return blocks.isEmpty() && totals.isEmpty();
    }

    /** The first difference to another one's, by partition, block and feature; {@code null} when there is none. */
    @Nullable
    String firstDifference(Contributions again) {
        TreeSet<Part> parts = new TreeSet<>(ORDER);
        parts.addAll(blocks.keySet());
        parts.addAll(again.blocks.keySet());
        for (Part part : parts) {
            String difference = BlockWords.difference(part.key(), blocks.get(part), again.blocks.get(part));
            if (difference != null) {
                return "partition " + part.partition() + ", block " + part.key() + difference;
            }
        }
        TreeSet<Integer> partitions = new TreeSet<>(totals.keySet());
        partitions.addAll(again.totals.keySet());
        for (int partition : partitions) {
            String difference = BlockWords.difference(
                    totals.getOrDefault(partition, PaneTotals.getDefaultInstance()),
                    again.totals.getOrDefault(partition, PaneTotals.getDefaultInstance()));
            if (difference != null) {
                return "partition " + partition + ", totals: " + difference;
            }
        }
        return null;
    }
}
