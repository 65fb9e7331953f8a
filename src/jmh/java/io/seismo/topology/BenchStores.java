package io.seismo.topology;

import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** The store of open panes exactly as SCORE gets it, for a benchmark of its own. */
public final class BenchStores {

    private BenchStores() {}

    /** Name of the store. */
    public static final String NAME = Names.OPEN_PANES_STORE;

    /** RocksDB, cached, logged. */
    public static StoreBuilder<KeyValueStore<String, byte[]>> openPanes() {
        return StateStores.builder(Names.OPEN_PANES_STORE);
    }
}
