package io.seismo.contrast;

import java.util.List;

/**
 * The text of a request put together from its tokens, at most 64 Ki characters of it.
 *
 * <p>Tokenizers mark either what continues a word (WordPiece's {@code ##}) or what begins one (byte-pair encoding's
 * {@code Ġ}, SentencePiece's {@code ▁}, a space). Which of the two is told by the first mark that is seen; until then
 * tokens are set apart.
 */
final class TokenText {

    private static final int MOST = 1 << 16;
    private static final String CONTINUES = "##";

    private final StringBuilder text = new StringBuilder();
    private boolean marksBeginnings;
    private boolean any;

    /** Adds tokens. */
    void add(List<String> tokens) {
        for (String token : tokens) {
            add(token);
        }
    }

    private void add(String token) {
        if (token.isEmpty() || text.length() + token.length() > MOST) {
            return;
        }
        any = true;
        char first = token.charAt(0);
        if (first == 'Ġ' || first == '▁' || first == ' ') {
            marksBeginnings = true;
            text.append(' ').append(token, 1, token.length());
        } else if (token.startsWith(CONTINUES) && token.length() > CONTINUES.length()) {
            text.append(token, CONTINUES.length(), token.length());
        } else {
            text.append(marksBeginnings ? "" : " ").append(token);
        }
    }

    /** Whether there was a token. */
    boolean any() {
        return any;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
