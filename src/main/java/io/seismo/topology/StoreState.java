package io.seismo.topology;

import io.seismo.watch.KeyedState;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** {@link KeyedState} in a RocksDB store. */
final class StoreState implements KeyedState {

    private final KeyValueStore<String, byte[]> store;
    private final StringSerializer keys = new StringSerializer();

    StoreState(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    @Override
    public byte @Nullable [] get(String key) {
        return store.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
        store.put(key, value);
    }

    @Override
    public void remove(String key) {
        store.delete(key);
    }

    @Override
    public void scan(String prefix, BiConsumer<String, byte[]> visitor) {
        if (prefix.isEmpty()) {
            // An empty prefix has no upper bound to scan to.
            try (KeyValueIterator<String, byte[]> all = store.all()) {
                visit(all, visitor);
            }
            return;
        }
        try (KeyValueIterator<String, byte[]> range = store.prefixScan(prefix, keys)) {
            visit(range, visitor);
        }
    }

    private static void visit(KeyValueIterator<String, byte[]> entries, BiConsumer<String, byte[]> visitor) {
        while (entries.hasNext()) {
            KeyValue<String, byte[]> entry = entries.next();
            visitor.accept(entry.key, entry.value);
        }
    }
}
