package io.seismo.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A map with fixed keys that becomes a record. */
final class Shape<T> implements Kind<T> {

    private final String noun;
    private final List<Field<?>> fields;
    private final List<String> keys;
    private final Function<Values, T> make;

    /**
     * @param noun what it is, for messages
     * @param make builds the record; an {@link IllegalArgumentException} of its constructor becomes a problem
     */
    Shape(String noun, Function<Values, T> make, Field<?>... fields) {
        this.noun = noun;
        this.make = make;
        this.fields = List.of(fields);
        List<String> names = new ArrayList<>();
        for (Field<?> field : fields) {
            names.add(field.name());
        }
        this.keys = List.copyOf(names);
    }

    List<Field<?>> fields() {
        return fields;
    }

    @Override
    public @Nullable T read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            reading.refuse(node, "found " + node.describe() + " where " + noun + " is expected", "keys: " + list());
            return null;
        }
        Map<String, YamlNode> present = new TreeMap<>();
        boolean sound = index(mapping, present, reading);
        Values values = new Values();
        for (Field<?> field : fields) {
            sound &= readField(field, mapping, present.get(field.name()), values, reading);
        }
        if (!sound) {
            return null;
        }
        try {
            return make.apply(values);
        } catch (IllegalArgumentException e) {
            reading.refuse(node, String.valueOf(e.getMessage()), "");
            return null;
        }
    }

    private boolean index(YamlNode.Mapping mapping, Map<String, YamlNode> present, Reading reading) {
        boolean sound = true;
        YamlNode before = mapping;
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            String path = entry.value().path();
            boolean restOfExpression = before instanceof YamlNode.Scalar scalar && scalar.cutAtComma();
            if (!keys.contains(key)) {
                if (!restOfExpression) {
                    String message = "unknown key " + Words.quoted(key) + " in " + noun;
                    reading.refuse(entry.key().place(), path, key, message, Words.allowed(key, keys));
                }
                sound = false;
            } else if (present.putIfAbsent(key, entry.value()) != null) {
                reading.refuse(entry.key().place(), path, key, "duplicate key " + Words.quoted(key), "keep one");
                sound = false;
            }
            before = restOfExpression ? before : entry.value();
        }
        return sound;
    }

    private <F> boolean readField(
            Field<F> field, YamlNode.Mapping mapping, @Nullable YamlNode node, Values values, Reading reading) {
        if (node == null && field.required()) {
            reading.refuse(mapping, "missing key " + Words.quoted(field.name()) + " in " + noun, field.doc());
            return false;
        }
        F value = node == null ? field.fallbackValue() : field.kind().read(node, reading);
        if (value == null) {
            return node == null;
        }
        values.put(field, value);
        return true;
    }

    private String list() {
        return Words.list(keys);
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        ObjectNode properties = schema.putObject("properties");
        for (Field<?> field : fields) {
            ObjectNode property = field.kind().schema();
            property.put("description", field.doc());
            if (field.fallback() != null) {
                property.set("default", SpecSchema.json(YamlTree.read("default", field.fallback())));
            }
            properties.set(field.name(), property);
            if (field.required()) {
                required.add(field.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }
}
