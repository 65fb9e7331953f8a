package io.seismo.topology;

import java.util.ArrayList;
import java.util.List;

/**
 * What bounds a store, for people.
 *
 * @param name store and changelog name
 * @param role application it belongs to
 * @param bound formula of its largest size, per partition
 */
public record StoreBound(String name, String role, String bound) {

    /** All stores of the two applications. */
    public static List<StoreBound> all() {
        List<StoreBound> bounds = new ArrayList<>();
        for (StateStores.Description store : StateStores.ALL) {
            bounds.add(new StoreBound(store.name(), store.role(), store.bound()));
        }
        return List.copyOf(bounds);
    }
}
