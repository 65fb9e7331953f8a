package io.seismo.spec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Wording of error messages: bounded, printable, with the nearest allowed word. */
final class Words {

    private static final int LONGEST = 60;

    private Words() {}

    /** In double quotes, shortened. */
    static String quoted(String text) {
        return '"' + shortened(text) + '"';
    }

    /** At most 60 characters and no control characters, so that a spec cannot write to a terminal. */
    static String shortened(String text) {
        StringBuilder out = new StringBuilder();
        int[] points = text.codePoints().limit(LONGEST + 1).toArray();
        for (int i = 0; i < Math.min(points.length, LONGEST); i++) {
            boolean printable = Character.isDefined(points[i])
                    && !Character.isISOControl(points[i])
                    && Character.getType(points[i]) != Character.FORMAT
                    && Character.getType(points[i]) != Character.SURROGATE;
            out.appendCodePoint(printable ? points[i] : '?');
        }
        return points.length > LONGEST ? out + "…" : out.toString();
    }

    /** {@code did you mean "x"? allowed: a, b, c}; only the list when nothing is near. */
    static String allowed(String found, Collection<String> allowed) {
        if (allowed.isEmpty()) {
            return "none is defined";
        }
        String nearest = nearest(found, allowed);
        String list = "allowed: " + list(allowed);
        return nearest.isEmpty() ? list : "did you mean " + quoted(nearest) + "? " + list;
    }

    /** At most twenty words, separated by commas. */
    static String list(Collection<String> words) {
        List<String> shown = new ArrayList<>();
        for (String word : words) {
            shown.add(shortened(word));
        }
        if (shown.size() > 20) {
            int more = shown.size() - 20;
            shown = new ArrayList<>(shown.subList(0, 20));
            shown.add("and " + more + " more");
        }
        return String.join(", ", shown);
    }

    /** The allowed word with the fewest edits, if a third of its letters or fewer differ; else empty. */
    static String nearest(String found, Collection<String> allowed) {
        String best = "";
        int fewest = Integer.MAX_VALUE;
        if (found.length() > LONGEST) {
            return best;
        }
        for (String word : allowed) {
            int edits = edits(found, word);
            if (edits < fewest && edits <= Math.max(1, Math.max(word.length(), found.length()) / 3)) {
                fewest = edits;
                best = word;
            }
        }
        return best;
    }

    /** Damerau's distance with adjacent transpositions (Damerau 1964, optimal string alignment). */
    static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] d, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
