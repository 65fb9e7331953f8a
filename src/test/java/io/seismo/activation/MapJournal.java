package io.seismo.activation;

import io.seismo.score.Journal;
import io.seismo.window.BlockKey;
import java.util.SortedMap;
import java.util.TreeMap;

/** A journal that copies at each put: a change that is not put again is lost, as it would be on disk. */
public final class MapJournal implements Journal {

    private final TreeMap<String, byte[]> entries = new TreeMap<>(BlockKey.ORDER);

    @Override
    public void put(String key, byte[] value) {
        entries.put(key, value.clone());
    }

    @Override
    public void remove(String key) {
        entries.remove(key);
    }

    public SortedMap<String, byte[]> entries() {
        return entries;
    }
}
