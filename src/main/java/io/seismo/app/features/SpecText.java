package io.seismo.app.features;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;

/** Values as a spec takes them, whatever they contain. */
public final class SpecText {

    private static final JsonMapper JSON = new JsonMapper();

    private SpecText() {}

    /** A text in double quotes; a JSON string is a YAML one. */
    public static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a text does not serialise", impossible);
        }
    }

    /** The shortest text that reads back as the same float, without an exponent. */
    public static String number(float value) {
        return new BigDecimal(Float.toString(value)).toPlainString();
    }
}
