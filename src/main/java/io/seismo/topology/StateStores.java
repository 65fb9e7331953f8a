package io.seismo.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The stores: each states what bounds it. {@code topology/stores.txt} is the golden of this list.
 *
 * <p>All are RocksDB behind Streams' cache with a compacted changelog, so that a block of an open pane that is put after
 * every frame costs one write a commit, and a crash loses nothing that was committed.
 */
final class StateStores {

    /**
     * One store.
     *
     * @param name store and changelog name
     * @param role application it belongs to
     * @param bound formula of its largest size, per partition
     * @param format what its values are, with the version written now
     */
    record Description(String name, String role, String bound, String format) {
        @Override
        public String toString() {
            return name + " | " + role + " | rocksdb, cached, logged (compact) | " + bound + " | " + format;
        }
    }

    static final List<Description> ALL = List.of(
            new Description(Names.GATE_STORE, "encode", "4,096 sources · ~200 B + 1", "activation gate v1"),
            new Description(
                    Names.OPEN_REQUESTS_STORE,
                    "encode",
                    "max_open requests · (300 B + watch entries · 150 B + 4,096 sampled features · 4 B)",
                    "open request v1"),
            new Description(
                    Names.OPEN_PANES_STORE,
                    "encode",
                    "((pane + grace + lead) / pane + 1) panes · (full features / 256 blocks · 5.2 KB + watch entries · 1 KB + SAEs · 41 B)",
                    "feature block v1, watch block v1, fidelity block v1"),
            new Description(Names.SOURCES_STORE, "encode", "4,096 sources · ~200 B + 1", "source ledger v2"),
            new Description(
                    Names.WATCH_STORE,
                    "watch",
                    "(60 + 24) ring slots · blocks · 5.2 KB + watch entries · (168 · 24 B + 4 KB) + SAEs · 24 · 50 B"
                            + " + inbox of panes ahead",
                    "watch state v1"));

    /** Tombstones of closed panes and requests go soon, so that a restore reads little. */
    private static final Map<String, String> CHANGELOG = Map.of(
            "cleanup.policy", "compact",
            "segment.bytes", "16777216",
            "min.cleanable.dirty.ratio", "0.3",
            "delete.retention.ms", "60000",
            "max.message.bytes", "2097152");

    private StateStores() {}

    static StoreBuilder<KeyValueStore<String, byte[]>> builder(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(CHANGELOG);
    }
}
