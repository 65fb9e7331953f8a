package io.seismo.app.demo;

import java.util.List;

/**
 * A text the served model has read once, with what was captured at the tapped layer.
 *
 * @param text the text
 * @param tokens its tokens as the model saw them, special tokens included
 * @param rowKinds one byte a row: 0 ordinary, 1 special
 * @param bf16 [rows, dIn] activations, bf16 little-endian
 */
record CapturedText(String text, List<String> tokens, byte[] rowKinds, byte[] bf16) {

    CapturedText {
        tokens = List.copyOf(tokens);
        if (rowKinds.length != tokens.size()) {
            throw new IllegalArgumentException("one row kind per token");
        }
    }

    int rows() {
        return tokens.size();
    }
}
