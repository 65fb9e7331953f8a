package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where encoded values go, row after row, features ascending within a row. */
interface FiredOutput extends AutoCloseable {

    /**
     * What will come.
     *
     * @param rows number of rows
     * @param width number of features
     * @param dense whether a value a row and chosen feature is kept, fired or not
     * @param chosen features that may come, ascending
     */
    record Shape(long rows, int width, boolean dense, List<Integer> chosen) {
        public Shape {
            chosen = List.copyOf(chosen);
        }
    }

    /** Adds a value to the row being written. */
    void add(long row, int feature, float value) throws IOException;

    /** Ends the row being written. */
    void endRow() throws IOException;

    /** Puts the file in its place; without this call, what was there stays. */
    void finish() throws IOException;

    /** Removes what is unfinished. */
    @Override
    void close() throws IOException;

    /** Opens one by the end of the file's name. */
    static FiredOutput open(Path file, Shape shape) throws IOException {
        String name = file.toString();
        if (name.endsWith(".json")) {
            return new FiredJson(file);
        }
        if (name.endsWith(".npz")) {
            return new FiredNpz(file, shape);
        }
        throw new CommandFailure(file + " is neither .json nor .npz", "Name --out by what it should hold.");
    }
}
