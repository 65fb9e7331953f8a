package io.seismo.app.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** Facts for people, one a line: a name in a column of its own, then what is said of it. */
public final class NamedLines {

    private final PrintWriter out;
    private final int width;

    /**
     * Lines on a writer.
     *
     * @param width of the column of names; a longer name pushes its line to the right
     */
    public NamedLines(PrintWriter out, int width) {
        this.out = out;
        this.width = width;
    }

    /** One line; an empty name goes on with the line before. */
    public void line(String name, String format, Object... values) {
        out.print(name);
        out.print(" ".repeat(Math.max(0, width - name.length()) + 1));
        out.printf(Locale.ROOT, format, values);
        out.println();
    }
}
