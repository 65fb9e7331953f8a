package io.seismo.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A map whose keys are names the author chose.
 *
 * @param namespace what the names name
 * @param name form of a name
 * @param kind of the values
 * @param most entries
 */
record MapKind<T>(Namespace namespace, TextKind<String> name, Kind<? extends T> kind, int most)
        implements Kind<SortedMap<String, T>> {

    @Override
    public @Nullable SortedMap<String, T> read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            String remedy = "name: { … }";
            reading.refuse(node, "found " + node.describe() + " where a map of " + plural() + " is expected", remedy);
            return null;
        }
        int size = mapping.entries().size();
        if (size < 1 || size > most) {
            reading.refuse(node, "found " + size + " " + plural(), "1 to " + most + " are allowed");
            return null;
        }
        SortedMap<String, T> read = new TreeMap<>();
        boolean sound = true;
        for (YamlNode.Entry entry : mapping.entries()) {
            sound &= readEntry(entry, read, reading);
        }
        return sound ? Collections.unmodifiableSortedMap(read) : null;
    }

    private boolean readEntry(YamlNode.Entry entry, SortedMap<String, T> read, Reading reading) {
        String key = entry.key().text();
        boolean named = name.read(at(entry), reading) != null;
        if (reading.names(namespace).containsKey(key)) {
            reading.refuse(
                    entry.key().place(),
                    entry.value().path(),
                    key,
                    "duplicate " + namespace.word() + " " + Words.quoted(key),
                    "names are unique");
            named = false;
        }
        reading.define(namespace, entry.key());
        T value = kind.read(entry.value(), reading);
        if (named && value != null) {
            read.put(key, value);
        }
        return named && value != null;
    }

    /** The key as a value of its own, under the entry's path. */
    private static YamlNode.Scalar at(YamlNode.Entry entry) {
        return new YamlNode.Scalar(
                entry.value().path(),
                entry.key().place(),
                entry.key().text(),
                entry.key().plain());
    }

    private String plural() {
        return switch (namespace) {
            case WATCH -> "watch entries";
            case CANARY -> "canaries";
            case TAP, ENCODER, DETECTOR, ALERT, RECEIVER -> namespace.word() + "s";
        };
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        schema.put("minProperties", 1);
        schema.put("maxProperties", most);
        schema.putObject("propertyNames")
                .put("pattern", name.schema().path("pattern").asText());
        schema.set("additionalProperties", kind.schema());
        return schema;
    }
}
