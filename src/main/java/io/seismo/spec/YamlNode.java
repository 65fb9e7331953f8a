package io.seismo.spec;

import java.util.List;
import java.util.regex.Pattern;

/** A node of the YAML text that knows where it stands. */
sealed interface YamlNode {

    /** Keys from the root, such as {@code watch.phishing.read} or {@code alerts.Spike.from[0]}. */
    String path();

    /** Where the node begins. */
    Place place();

    /** What it is, in words for an error message. */
    String describe();

    /**
     * A single value.
     *
     * @param text without quotes
     * @param plain whether it stood without quotes, so that YAML may take it for a number or a truth value
     */
    record Scalar(String path, Place place, String text, boolean plain) implements YamlNode {

        /** What JSON calls a number; YAML 1.1's octals, underscores, sexagesimals and infinities are not. */
        private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

        /** What some YAML reader takes for a number. */
        private static final Pattern NUMBER_LIKE = Pattern.compile(
                "[-+]?(0[xob][0-9a-fA-F_]+|[0-9][0-9_]*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?|\\.[0-9][0-9_]*([eE][-+]?[0-9]+)?"
                        + "|\\.(inf|Inf|INF)|[0-9]+(:[0-9]+)+(\\.[0-9]*)?)|\\.(nan|NaN|NAN)");

        private static final Pattern TRUTH = Pattern.compile("(?i:true|false|yes|no|on|off)");

        boolean isNothing() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        /** Whether it is the beginning of an expression that a comma between braces cut short. */
        boolean cutAtComma() {
            return plain && text.indexOf('(') > 0 && text.indexOf(')') < 0;
        }

        boolean isNumber() {
            return plain && text.length() <= 32 && NUMBER.matcher(text).matches();
        }

        boolean isText() {
            return !isNothing()
                    && !(plain
                            && (NUMBER_LIKE.matcher(shortText()).matches()
                                    || TRUTH.matcher(shortText()).matches()));
        }

        @Override
        public String describe() {
            if (isNothing()) {
                return "nothing";
            }
            return isText() ? Words.quoted(text) : "the value " + Words.shortened(text);
        }

        /** Numbers and truth values are short; nothing longer needs matching. */
        private String shortText() {
            return text.length() <= 64 ? text : "long text";
        }
    }

    /** Keys with values, in the order of the text. */
    record Mapping(String path, Place place, List<Entry> entries) implements YamlNode {
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Override
        public String describe() {
            return "a map of keys";
        }
    }

    /** A list. */
    record Sequence(String path, Place place, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A key with its value. */
    record Entry(Scalar key, YamlNode value) {}
}
