package io.seismo.app;

import io.seismo.spec.MonitorSpec;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The spec a command works with, the packaged one unless another is given. A mixin. */
public final class SpecOption {

    private static final String PACKAGED = "/io/seismo/topology/monitor.yaml";

    @Option(names = "--spec", paramLabel = "FILE", description = "The spec, in YAML. Default: the demo's.")
    private @Nullable Path file;

    /** Reads and parses it. */
    MonitorSpec read() {
        try {
            return file == null ? packaged() : SpecFiles.read(file).spec();
        } catch (SpecException refused) {
            throw new CommandFailure(
                    "the spec is not sound: " + refused.problems().get(0),
                    "'seismo validate' lists every problem.",
                    refused);
        }
    }

    private static MonitorSpec packaged() {
        try (InputStream in = SpecOption.class.getResourceAsStream(PACKAGED)) {
            if (in == null) {
                throw new CommandFailure("monitor.yaml is not on the class path", "Give one with --spec.");
            }
            return SpecParser.parse("monitor.yaml", in.readAllBytes()).spec();
        } catch (IOException failure) {
            throw new CommandFailure("cannot read monitor.yaml: " + failure.getMessage(), null, failure);
        }
    }
}
