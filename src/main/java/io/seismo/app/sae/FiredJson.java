package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code [[row, feature, value], …]}, a triple a line; values as the shortest text that reads back as the same float. */
final class FiredJson implements FiredOutput {

    private final Draft draft;
    private final Writer out;
    private boolean any;

    FiredJson(Path file) throws IOException {
        draft = new Draft(file, ".json");
        out = Files.newBufferedWriter(draft.path());
        out.write('[');
    }

    @Override
    public void add(long row, int feature, float value) throws IOException {
        if (!Float.isFinite(value)) {
            throw new CommandFailure(
                    "feature " + feature + " of row " + row + " is " + value, "Its pre-activation exceeds fp32.");
        }
        out.write(any ? ",\n" : "\n");
        any = true;
        out.write("[" + row + ", " + feature + ", " + value + "]");
    }

    @Override
    public void endRow() {}

    @Override
    public void finish() throws IOException {
        out.write("\n]\n");
        out.close();
        draft.finish();
    }

    @Override
    public void close() throws IOException {
        try (draft) {
            out.close();
        }
    }
}
