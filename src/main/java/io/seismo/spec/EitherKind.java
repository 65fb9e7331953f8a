package io.seismo.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A value that may be written in two ways, told apart by what sort of node is there.
 *
 * @param plain the short way
 * @param other read when the node is of {@code sort}
 * @param sort list or map
 */
record EitherKind<T>(Kind<T> plain, Kind<? extends T> other, Class<? extends YamlNode> sort) implements Kind<T> {

    @Override
    public @Nullable T read(YamlNode node, Reading reading) {
        return sort.isInstance(node) ? other.read(node, reading) : plain.read(node, reading);
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.putArray("oneOf").add(plain.schema()).add(other.schema());
        return schema;
    }
}
