package io.seismo.spec;

/**
 * A place in a text, as an editor counts it.
 *
 * @param line from 1
 * @param column from 1, in code points
 */
public record Place(int line, int column) {

    /** The beginning of a text. */
    public static final Place START = new Place(1, 1);

    public Place {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException("lines and columns count from 1, not " + line + ":" + column);
        }
    }

    /** The place some columns further right. */
    Place right(int columns) {
        return new Place(line, column + columns);
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
