package io.seismo.app.cli;

import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import io.seismo.spec.SpecProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads specs from files. */
public final class SpecFiles {

    /** One byte more than a spec may have is enough to refuse it. */
    private static final int ENOUGH = (1 << 20) + 1;

    /** Name of the default spec, in messages. */
    static final String PACKAGED = "monitor.yaml";

    private SpecFiles() {}

    /** Text of the default spec, from the jar. */
    public static String packaged() {
        try (InputStream in = SpecFiles.class.getResourceAsStream("/io/seismo/topology/monitor.yaml")) {
            if (in == null) {
                throw new CommandFailure("monitor.yaml is not on the class path", "Give one with --spec.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new CommandFailure("cannot read monitor.yaml: " + failure.getMessage(), null, failure);
        }
    }

    /**
     * Reads and parses a file.
     *
     * @throws SpecException when it is refused
     * @throws CommandFailure when it cannot be read
     */
    public static SpecDocument read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return SpecParser.parse(file.toString(), in.readNBytes(ENOUGH));
        } catch (NoSuchFileException e) {
            throw new CommandFailure("no file " + file, "Give the path of a spec, such as topology/monitor.yaml.", e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), null, e);
        }
    }

    /** What to do with a spec that was just written, as command lines. */
    public static List<String> next(Path spec) {
        return List.of(
                "seismo plan " + spec,
                "seismo topics create --bootstrap localhost:9092 --spec " + spec,
                "seismo run --bootstrap localhost:9092 --spec " + spec);
    }

    /** A problem as JSON. */
    public record Refused(int line, int column, String path, String found, String message, String remedy) {}

    public static List<Refused> refused(SpecException e) {
        return e.problems().stream().map(SpecFiles::refused).toList();
    }

    private static Refused refused(SpecProblem problem) {
        return new Refused(
                problem.place().line(),
                problem.place().column(),
                problem.path(),
                problem.found(),
                problem.message(),
                problem.remedy());
    }
}
