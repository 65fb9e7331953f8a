package io.seismo.labels;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of comma-separated values (RFC 4180, but for line breaks within quotes, which a label has none of). */
final class Csv {

    private Csv() {}

    static List<String> fields(Lines lines, String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean twice = quoted && c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"';
            if (twice) {
                field.append('"');
                at++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        if (quoted) {
            throw lines.fault("a quote is not closed", "a label is one line");
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** The field under a column; empty when there is no such column. */
    static String field(List<String> columns, List<String> fields, String name) {
        int at = columns.indexOf(name);
        return at < 0 ? "" : fields.get(at);
    }

    /** A number from 0 to {@code most}; {@code null} when the field is empty. */
    static @Nullable Double number(Lines lines, String name, String text, double most) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw lines.fault(name + " is " + Label.line(text, 40), "it is a number, or left empty");
        }
        throw lines.fault(name + " is " + Label.line(text, 40), "it lies between 0 and " + most);
    }
}
