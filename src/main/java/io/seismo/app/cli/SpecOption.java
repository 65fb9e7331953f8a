package io.seismo.app.cli;

import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The spec a command works with, the packaged one unless another is given. A mixin. */
public final class SpecOption {

    @Option(names = "--spec", paramLabel = "FILE", description = "The spec, in YAML. Default: the demo's.")
    private @Nullable Path file;

    /** The file that was given. */
    public Optional<Path> given() {
        return Optional.ofNullable(file);
    }

    /** Reads it and resolves it against the weights it names. */
    public Deployment deployment(EncoderCatalog catalog) {
        return file == null ? Deployment.packaged(catalog) : Deployment.read(file, catalog);
    }

    /** Reads and parses it. */
    public MonitorSpec read() {
        try {
            return file == null
                    ? SpecParser.parse(SpecFiles.PACKAGED, SpecFiles.packaged()).spec()
                    : SpecFiles.read(file).spec();
        } catch (SpecException refused) {
            throw new CommandFailure(
                    "the spec is not sound: " + refused.problems().get(0),
                    "'seismo validate' lists every problem.",
                    refused);
        }
    }
}
