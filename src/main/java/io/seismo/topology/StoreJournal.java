package io.seismo.topology;

import io.seismo.score.Journal;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A journal in a cached, logged store. The cache keeps a reference to the array put last and copies it at flush. */
final class StoreJournal implements Journal {

    private final KeyValueStore<String, byte[]> store;

    StoreJournal(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    @Override
    public void put(String key, byte[] value) {
        store.put(key, value);
    }

    @Override
    public void remove(String key) {
        store.delete(key);
    }

    /** Hands every entry to a state machine that starts again. */
    void restoreInto(BiConsumer<String, byte[]> machine) {
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> entry = all.next();
                machine.accept(entry.key, entry.value);
            }
        }
    }
}
