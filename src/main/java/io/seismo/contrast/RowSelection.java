package io.seismo.contrast;

/**
 * Which rows of a capture count.
 *
 * @param hook whose rows; empty for the only one there is
 * @param skipSpecial leave special tokens out
 * @param skipFirst leave position 0 of a request out
 * @param sinkNorm leave longer rows out; 0 when none is known
 */
public record RowSelection(String hook, boolean skipSpecial, boolean skipFirst, float sinkNorm) {

    public RowSelection {
        if (!(sinkNorm >= 0)) {
            throw new IllegalArgumentException("a sink norm must not be negative");
        }
    }
}
