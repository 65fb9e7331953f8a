package io.seismo.watch;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** State by key, in key order: a RocksDB store when live, a tree map in replay. Key order is that of UTF-8 bytes. */
public interface KeyedState {

    /** The value, or {@code null}. */
    byte @Nullable [] get(String key);

    void put(String key, byte[] value);

    /** Forgets a value; a key that is not there is fine. */
    void remove(String key);

    /** Visits all entries whose key starts with {@code prefix}, in key order. The state must not change meanwhile. */
    void scan(String prefix, BiConsumer<String, byte[]> visitor);
}
