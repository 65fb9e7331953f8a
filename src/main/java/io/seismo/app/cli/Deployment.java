package io.seismo.app.cli;

import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A spec with its plan.
 *
 * @param yaml the spec, verbatim
 * @param document as parsed
 * @param plan under epoch 1 until it is entered into the log
 */
public record Deployment(String yaml, SpecDocument document, MonitorPlan plan) {

    /** Reads and resolves a file. */
    public static Deployment read(Path file, EncoderCatalog catalog) {
        try {
            return of(file.toString(), Files.readString(file), catalog);
        } catch (NoSuchFileException e) {
            throw new CommandFailure("no file " + file, "give the path of a spec, such as topology/monitor.yaml", e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), "is the path right?", e);
        }
    }

    /** The default spec in the jar. */
    public static Deployment packaged(EncoderCatalog catalog) {
        return of(SpecFiles.PACKAGED, SpecFiles.packaged(), catalog);
    }

    /** Text of a spec that stood in the log. */
    public static Deployment of(String name, String yaml, EncoderCatalog catalog) {
        try {
            SpecDocument document = SpecParser.parse(name, yaml);
            return new Deployment(yaml, document, Planner.plan(document, catalog, 1));
        } catch (SpecException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "'seismo validate' lists every problem", e);
        }
    }

    public Deployment withPlan(MonitorPlan other) {
        return new Deployment(yaml, document, other);
    }
}
