package io.seismo.watch;

import io.seismo.window.BlockKey;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** State in memory, in the order of UTF-8 bytes: for replay and tests. Values are copied in, as a store would. */
public final class TreeMapState implements KeyedState {

    private final TreeMap<String, byte[]> map = new TreeMap<>(BlockKey.ORDER);

    @Override
    public byte @Nullable [] get(String key) {
        byte[] value = map.get(key);
        return value == null ? null : value.clone();
    }

    @Override
    public void put(String key, byte[] value) {
        map.put(key, value.clone());
    }

    @Override
    public void remove(String key) {
        map.remove(key);
    }

    @Override
    public void scan(String prefix, BiConsumer<String, byte[]> visitor) {
        for (Map.Entry<String, byte[]> entry : map.tailMap(prefix, true).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                return;
            }
            visitor.accept(entry.getKey(), entry.getValue());
        }
    }

    /** Number of keys. */
    public int size() {
        return map.size();
    }

    /** An independent copy, as of now. */
    public TreeMapState copy() {
        TreeMapState copy = new TreeMapState();
        copy.map.putAll(map);
        return copy;
    }
}
