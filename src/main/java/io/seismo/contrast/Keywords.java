package io.seismo.contrast;

import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The rule an engineer writes first: how many of some words occur in a request. Without regard to case and to what is
 * neither letter nor digit, since tokenizers set that apart; whole words, unless one ends in {@code *}: then any ending
 * will do.
 */
public final class Keywords {

    private static final int MOST = 1_000;
    private static final long LARGEST = 1 << 20;

    private final List<String> words;

    Keywords(List<String> words) {
        this.words = List.copyOf(words);
    }

    /** Reads a file of one word or phrase a line; lines that begin with # are passed over. */
    public static Keywords read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new WeightsException(file + " is larger than " + LARGEST + " bytes", "one word or phrase a line");
            }
            Set<String> words = new LinkedHashSet<>();
            for (String line : Files.readAllLines(file)) {
                String word = line.strip().toLowerCase(Locale.ROOT);
                if (!word.isEmpty() && !word.startsWith("#") && !plain(word).isEmpty()) {
                    words.add(word);
                }
            }
            if (words.isEmpty() || words.size() > MOST) {
                throw new WeightsException(
                        file + " holds " + words.size() + " keywords", "give 1 to " + MOST + ", one a line");
            }
            return new Keywords(new ArrayList<>(words));
        } catch (MalformedInputException e) {
            throw new WeightsException(file + " is not UTF-8", "save it as UTF-8", e);
        } catch (IOException e) {
            throw new WeightsException("cannot read " + file + ": " + e.getMessage(), "give one word a line", e);
        }
    }

    /** How many there are. */
    public int size() {
        return words.size();
    }

    /** How many of the words occur. */
    int count(String text) {
        String plain = plain(text) + " ";
        int count = 0;
        for (String word : words) {
            boolean open = word.endsWith("*");
            count += plain.contains(open ? plain(word) : plain(word) + " ") ? 1 : 0;
        }
        return count;
    }

    /** Words in lower case, each behind one space. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length() + 1);
        boolean inside = false;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isLetterOrDigit(c) || Character.isSurrogate(c)) {
                plain.append(inside ? "" : " ").append(Character.toLowerCase(c));
                inside = true;
            } else {
                inside = false;
            }
        }
        return plain.toString();
    }
}
