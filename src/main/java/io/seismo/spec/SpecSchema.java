package io.seismo.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/**
 * The spec's language as JSON Schema, for editors: printed from the grammar the parser reads by. A schema sees the
 * form of values, not names that refer to each other; the parser has the last word.
 */
public final class SpecSchema {

    private SpecSchema() {}

    /** {@code schemas/monitor.schema.json}, draft 2020-12. */
    public static String json() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Seismo monitor spec");
        schema.put("description", "What a deployment of Seismo watches, and when it tells whom.");
        schema.setAll(Grammar.ROOT.schema());
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        try {
            return new ObjectMapper().writer(printer).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON nodes can always be written", e);
        }
    }

    /** A piece of YAML as JSON. */
    static JsonNode json(YamlNode node) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (node instanceof YamlNode.Mapping mapping) {
            ObjectNode object = json.objectNode();
            for (YamlNode.Entry entry : mapping.entries()) {
                object.set(entry.key().text(), json(entry.value()));
            }
            return object;
        }
        if (node instanceof YamlNode.Sequence sequence) {
            ArrayNode array = json.arrayNode();
            for (YamlNode item : sequence.items()) {
                array.add(json(item));
            }
            return array;
        }
        YamlNode.Scalar scalar = (YamlNode.Scalar) node;
        return scalar.isNumber() ? json.numberNode(new BigDecimal(scalar.text())) : json.textNode(scalar.text());
    }
}
