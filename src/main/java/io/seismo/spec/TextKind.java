package io.seismo.spec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A word or a line of text of a given form. */
final class TextKind<T> implements Kind<T> {

    private final String expected;
    private final String such;
    private final Pattern pattern;
    private final Conversion<T> conversion;
    private @Nullable Pattern later;

    /**
     * @param expected what is expected, in words, with an article
     * @param such allowed values or an example, for the remedy
     * @param pattern the whole text must match; of the syntax Java and ECMA 262 share
     */
    TextKind(String expected, String such, String pattern, Conversion<T> conversion) {
        this.expected = expected;
        this.such = such;
        this.pattern = Pattern.compile(pattern);
        this.conversion = conversion;
    }

    /** From a text that has the right form to its value. */
    interface Conversion<T> {

        /** The value, or {@code null} after a problem was booked. */
        @Nullable
        T convert(YamlNode.Scalar text, Reading reading);
    }

    /** Forms that are part of the language and not of this version. */
    TextKind<T> notYet(String form) {
        later = Pattern.compile(form);
        return this;
    }

    @Override
    public @Nullable T read(YamlNode node, Reading reading) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            reading.refuse(node, "found " + node.describe() + " where " + expected + " is expected", such);
            return null;
        }
        if (scalar.isText() && matches(scalar.text())) {
            return conversion.convert(scalar, reading);
        }
        if (later != null
                && scalar.text().length() <= 200
                && later.matcher(scalar.text()).matches()) {
            reading.refuse(node, Words.quoted(scalar.text()) + " is not supported yet", such);
        } else {
            reading.refuse(node, "found " + scalar.describe() + " where " + expected + " is expected", remedy(scalar));
        }
        return null;
    }

    private String remedy(YamlNode.Scalar scalar) {
        if (scalar.cutAtComma()) {
            return "between { and } a comma ends a value: put the expression in quotes";
        }
        boolean wouldDo = !scalar.isNothing() && !scalar.isText() && matches(scalar.text());
        return wouldDo ? "put it in quotes" : such;
    }

    /** No form in a spec is longer; keeps matching short. */
    private boolean matches(String text) {
        return text.length() <= 4096 && pattern.matcher(text).matches();
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "string");
        schema.put("pattern", "^(?:" + pattern.pattern() + ")$");
        return schema;
    }
}
