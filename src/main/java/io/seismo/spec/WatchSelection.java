package io.seismo.spec;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Which watch entries a detector covers.
 *
 * @param every all of them, shadow entries too: written {@code "*"}
 * @param names those named, when not all
 */
public record WatchSelection(boolean every, List<String> names) {

    /** All watch entries. */
    public static final WatchSelection EVERY = new WatchSelection(true, List.of());

    public WatchSelection {
        names = List.copyOf(names);
    }

    /** The names it stands for, sorted. */
    public List<String> of(Collection<String> all) {
        return List.copyOf(new TreeSet<>(every ? all : names));
    }
}
