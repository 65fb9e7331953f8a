package io.seismo.replay;

import java.util.Comparator;

/**
 * A pane of one watch partition.
 *
 * @param pane pane number
 * @param watchPartition watch partition
 */
record Place(long pane, int watchPartition) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
            Comparator.comparingLong(Place::pane).thenComparingInt(Place::watchPartition);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
