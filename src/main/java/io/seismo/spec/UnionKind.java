package io.seismo.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A map with fixed keys of which there are several sorts, told apart by which key is there or by the value of one key.
 */
final class UnionKind<T> implements Kind<T> {

    private final String noun;
    private final String key;
    private final Map<String, Shape<? extends T>> sorts;
    private final Set<String> later;

    private UnionKind(String noun, String key, Map<String, Shape<? extends T>> sorts, Set<String> later) {
        this.noun = noun;
        this.key = key;
        this.sorts = Collections.unmodifiableMap(new LinkedHashMap<>(sorts));
        this.later = Set.copyOf(later);
    }

    /** Told apart by which of the keys is there: exactly one. */
    static <T> UnionKind<T> byPresence(String noun, Map<String, Shape<? extends T>> sorts) {
        return new UnionKind<>(noun, "", sorts, Set.of());
    }

    /** Told apart by the value of a key; {@code later} are values of the language this version does not support. */
    static <T> UnionKind<T> byValue(String noun, String key, Map<String, Shape<? extends T>> sorts, Set<String> later) {
        return new UnionKind<>(noun, key, sorts, later);
    }

    @Override
    public @Nullable T read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            reading.refuse(node, "found " + node.describe() + " where " + noun + " is expected", remedy());
            return null;
        }
        Shape<? extends T> sort = key.isEmpty() ? present(mapping, reading) : valued(mapping, reading);
        return sort == null ? null : sort.read(node, reading);
    }

    private @Nullable Shape<? extends T> present(YamlNode.Mapping mapping, Reading reading) {
        List<YamlNode.Entry> found = new ArrayList<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            if (sorts.containsKey(entry.key().text())) {
                found.add(entry);
            }
        }
        if (found.isEmpty()) {
            reading.refuse(mapping, "missing key in " + noun, remedy());
            return null;
        }
        YamlNode.Scalar first = found.get(0).key();
        for (YamlNode.Entry entry : found) {
            if (!entry.key().text().equals(first.text())) {
                reading.refuse(
                        entry.key().place(),
                        entry.value().path(),
                        entry.key().text(),
                        noun + " cannot be both " + first.text() + " and "
                                + entry.key().text(),
                        remedy());
                return null;
            }
        }
        return sorts.get(first.text());
    }

    private @Nullable Shape<? extends T> valued(YamlNode.Mapping mapping, Reading reading) {
        for (YamlNode.Entry entry : mapping.entries()) {
            if (entry.key().text().equals(key)) {
                WordKind<Shape<? extends T>> word = new WordKind<>("a " + key, sorts, later);
                return word.read(entry.value(), reading);
            }
        }
        reading.refuse(mapping, "missing key " + Words.quoted(key) + " in " + noun, remedy());
        return null;
    }

    private String remedy() {
        return key.isEmpty()
                ? "give exactly one of: " + Words.list(sorts.keySet())
                : key + ": one of " + Words.list(sorts.keySet());
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ArrayNode of = schema.putArray("oneOf");
        sorts.forEach((name, sort) -> of.add(sort.schema()));
        return schema;
    }
}
