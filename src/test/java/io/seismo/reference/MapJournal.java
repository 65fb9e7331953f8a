package io.seismo.reference;

import io.seismo.score.Journal;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A journal in memory. Like a cached store, it keeps the arrays it is given and reads them only when asked. */
public final class MapJournal implements Journal {

    private final SortedMap<String, byte[]> entries = new TreeMap<>();

    @Override
    public void put(String key, byte[] value) {
        entries.put(key, value);
    }

    @Override
    public void remove(String key) {
        entries.remove(key);
    }

    /** What a commit would keep. */
    public MapJournal copy() {
        MapJournal copy = new MapJournal();
        entries.forEach((key, value) -> copy.entries.put(key, value.clone()));
        return copy;
    }

    /** Hands every entry to a machine that starts again. */
    public void restoreInto(BiConsumer<String, byte[]> machine) {
        copy().entries.forEach(machine);
    }

    /** How much is kept. */
    public int size() {
        return entries.size();
    }
}
