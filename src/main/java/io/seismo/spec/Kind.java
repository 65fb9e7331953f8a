package io.seismo.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value in a spec: how it is read and how JSON Schema says it. One object answers for both, so that the
 * published schema cannot drift from the parser.
 */
interface Kind<T> {

    /** The value, or {@code null} after its problems were booked. */
    @Nullable
    T read(YamlNode node, Reading reading);

    /** JSON Schema of the value; a fresh node each time. */
    ObjectNode schema();
}
