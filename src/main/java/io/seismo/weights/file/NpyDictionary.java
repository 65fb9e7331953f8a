package io.seismo.weights.file;

import io.seismo.weights.WeightsException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Python dictionary in an npy header: three keys, each once, with a text, a truth value and a tuple of sizes.
 *
 * <p>Nothing else of Python is understood, and nothing is evaluated.
 */
record NpyDictionary(String descr, boolean fortranOrder, List<Long> shape) {

    private static final int LARGEST_RANK = 8;
    private static final int LONGEST_NUMBER = 18;

    static NpyDictionary parse(String name, String text) {
        return new Parser(name, text).dictionary();
    }

    private static final class Parser {

        private final String name;
        private final String text;
        private int at;
        private @Nullable String descr;
        private @Nullable Boolean fortran;
        private @Nullable List<Long> shape;

        Parser(String name, String text) {
            this.name = name;
            this.text = text;
        }

        NpyDictionary dictionary() {
            expect('{');
            while (peek() != '}') {
                entry(string());
                if (peek() != '}') {
                    expect(',');
                }
            }
            expect('}');
            if (!text.substring(at).isBlank()) {
                throw refused("something follows its dictionary");
            }
            if (descr == null || fortran == null || shape == null) {
                throw refused("descr, fortran_order or shape is missing");
            }
            return new NpyDictionary(descr, fortran, shape);
        }

        private void entry(String key) {
            expect(':');
            if (key.equals("descr") && descr == null) {
                descr = element();
            } else if (key.equals("fortran_order") && fortran == null) {
                fortran = truth();
            } else if (key.equals("shape") && shape == null) {
                shape = tuple();
            } else {
                throw refused("key '" + key + "' is unknown or there twice");
            }
        }

        private String element() {
            if (peek() == '[') {
                throw new WeightsException(name + " holds records of several fields", "save one plain array");
            }
            return string();
        }

        private String string() {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw refused("a text was expected at byte " + at + " of its dictionary");
            }
            int end = text.indexOf(quote, at + 1);
            if (end < 0 || end - at > 64 || text.substring(at, end).indexOf('\\') >= 0) {
                throw refused("a text of its dictionary does not end, is too long or holds an escape");
            }
            String value = text.substring(at + 1, end);
            at = end + 1;
            return value;
        }

        private boolean truth() {
            peek();
            for (String word : List.of("True", "False")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return word.equals("True");
                }
            }
            throw refused("fortran_order is neither True nor False");
        }

        private List<Long> tuple() {
            List<Long> sizes = new ArrayList<>();
            expect('(');
            while (peek() != ')') {
                sizes.add(number());
                if (peek() != ')') {
                    expect(',');
                }
            }
            expect(')');
            if (sizes.size() > LARGEST_RANK) {
                throw refused("it has more than " + LARGEST_RANK + " dimensions");
            }
            return sizes;
        }

        private long number() {
            int start = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            if (at == start || at - start > LONGEST_NUMBER) {
                throw refused("its shape holds something other than a size at byte " + start);
            }
            return Long.parseLong(text.substring(start, at));
        }

        private char peek() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
                at++;
            }
            if (at == text.length()) {
                throw refused("its dictionary does not end");
            }
            return text.charAt(at);
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw refused("'" + wanted + "' was expected at byte " + at + " of its dictionary");
            }
            at++;
        }

        private WeightsException refused(String reason) {
            return NpyHeader.refused(name, reason);
        }
    }
}
