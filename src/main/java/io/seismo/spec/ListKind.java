package io.seismo.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list without repetitions.
 *
 * @param items what it lists, in the plural
 * @param kind of an item
 * @param most items
 */
record ListKind<T>(String items, Kind<T> kind, int most) implements Kind<List<T>> {

    @Override
    public @Nullable List<T> read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Sequence sequence)) {
            reading.refuse(
                    node,
                    "found " + node.describe() + " where a list of " + items + " is expected",
                    "write it in brackets: [a, b]");
            return null;
        }
        int size = sequence.items().size();
        if (size < 1 || size > most) {
            reading.refuse(node, "found " + size + " " + items, "1 to " + most + " are allowed");
            return null;
        }
        List<T> read = new ArrayList<>();
        boolean sound = true;
        for (YamlNode item : sequence.items()) {
            T value = kind.read(item, reading);
            if (value != null && read.contains(value)) {
                reading.refuse(item, item.describe() + " is listed twice", "keep one");
                sound = false;
            }
            sound &= value != null;
            if (value != null) {
                read.add(value);
            }
        }
        return sound ? List.copyOf(read) : null;
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "array");
        schema.put("minItems", 1);
        schema.put("maxItems", most);
        schema.put("uniqueItems", true);
        schema.set("items", kind.schema());
        return schema;
    }
}
