package io.seismo.labels;

/**
 * What somebody thinks a feature means.
 *
 * @param text one line of at most {@value #LONGEST} characters
 * @param from whose it is, one line of at most 128 characters
 */
public record Label(String text, String from) {

    /** How the source of a label begins that is not one's own. */
    public static final String THIRD_PARTY = "third-party: ";

    static final int LONGEST = 300;
    static final int LONGEST_FROM = 128;

    public Label {
        text = line(text, LONGEST);
        from = line(from, LONGEST_FROM);
        if (text.isEmpty() || from.isEmpty()) {
            throw new IllegalArgumentException("a label has a text and a source");
        }
    }

    /** Whether it is somebody else's. */
    public boolean thirdParty() {
        return from.startsWith(THIRD_PARTY);
    }

    /** One line: control characters and marks that reorder or hide text become spaces; cut where it is too long. */
    static String line(String text, int longest) {
        String clean =
                text.replaceAll("[\\s\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
        if (clean.length() <= longest) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return clean.substring(0, end) + "…";
    }
}
