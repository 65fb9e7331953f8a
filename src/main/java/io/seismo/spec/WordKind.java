package io.seismo.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One word of a closed set. */
final class WordKind<T> implements Kind<T> {

    private final String noun;
    private final Map<String, T> words;
    private final Set<String> later;

    /**
     * @param noun what the word says, with an article
     * @param words in the order they are listed to the author
     * @param later words of the language that this version does not support
     */
    WordKind(String noun, Map<String, T> words, Set<String> later) {
        this.noun = noun;
        this.words = Collections.unmodifiableMap(new LinkedHashMap<>(words));
        this.later = Set.copyOf(later);
    }

    static WordKind<String> of(String noun, String... words) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String word : words) {
            map.put(word, word);
        }
        return new WordKind<>(noun, map, Set.of());
    }

    @Override
    public @Nullable T read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Scalar scalar) || !scalar.isText()) {
            reading.refuse(
                    node,
                    "found " + node.describe() + " where " + noun + " is expected",
                    Words.allowed("", words.keySet()));
            return null;
        }
        T value = words.get(scalar.text());
        if (value == null) {
            boolean planned = later.contains(scalar.text());
            reading.refuse(
                    node,
                    Words.quoted(scalar.text()) + (planned ? " is not supported yet" : " is not " + noun),
                    Words.allowed(planned ? "" : scalar.text(), words.keySet()));
        }
        return value;
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ArrayNode allowed = schema.putArray("enum");
        words.keySet().forEach(allowed::add);
        return schema;
    }
}
