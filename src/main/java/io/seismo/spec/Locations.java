package io.seismo.spec;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where each key of a spec stands, so that what is found out later can still be pointed at. */
public final class Locations {

    private final SortedMap<String, Place> keys;
    private final SortedMap<String, Place> values;

    private Locations(SortedMap<String, Place> keys, SortedMap<String, Place> values) {
        this.keys = Collections.unmodifiableSortedMap(keys);
        this.values = Collections.unmodifiableSortedMap(values);
    }

    static Locations of(YamlNode root) {
        SortedMap<String, Place> keys = new TreeMap<>();
        SortedMap<String, Place> values = new TreeMap<>();
        collect(root, keys, values);
        return new Locations(keys, values);
    }

    /** Where the key of that path stands; its nearest ancestor's when the text does not give it. */
    public Place key(String path) {
        return nearest(keys, path);
    }

    /** Where the value of that path begins; its nearest ancestor's when the text does not give it. */
    public Place value(String path) {
        return nearest(values, path);
    }

    private static Place nearest(SortedMap<String, Place> places, String path) {
        String at = path;
        while (true) {
            Place place = places.get(at);
            if (place != null) {
                return place;
            }
            if (at.isEmpty()) {
                return Place.START;
            }
            at = at.substring(0, Math.max(0, at.lastIndexOf('.')));
        }
    }

    private static void collect(YamlNode node, SortedMap<String, Place> keys, SortedMap<String, Place> values) {
        values.putIfAbsent(node.path(), node.place());
        if (node instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                keys.putIfAbsent(entry.value().path(), entry.key().place());
                collect(entry.value(), keys, values);
            }
        } else if (node instanceof YamlNode.Sequence sequence) {
            for (YamlNode item : sequence.items()) {
                collect(item, keys, values);
            }
        }
    }
}
