package io.seismo.app.features;

import io.seismo.contrast.Group;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The files of captured requests that a command reads; a mixin. */
final class RequestFiles {

    @Option(
            names = "--positive",
            required = true,
            paramLabel = "FILE",
            description = "Requests that have the property: .frames, .safetensors or .npz. May be given again.")
    private List<Path> positive = List.of();

    @Option(names = "--negative", required = true, paramLabel = "FILE", description = "Ordinary requests.")
    private List<Path> negative = List.of();

    @Option(names = "--hard-negative", paramLabel = "FILE", description = "Requests that come close and have it not.")
    private List<Path> hard = List.of();

    @Option(
            names = "--holdout-positive",
            paramLabel = "FILE",
            description = "Measure on these instead of on the other half of --positive.")
    private List<Path> heldPositive = List.of();

    @Option(names = "--holdout-negative", paramLabel = "FILE", description = "Ordinary requests to measure on.")
    private List<Path> heldNegative = List.of();

    @Option(names = "--holdout-hard-negative", paramLabel = "FILE", description = "Close requests to measure on.")
    private List<Path> heldHard = List.of();

    /** One of the files. */
    record Given(Path path, Group group, boolean heldOut) {}

    /** All files, in a fixed order. */
    List<Given> all() {
        List<Given> all = new ArrayList<>();
        positive.forEach(path -> all.add(new Given(path, Group.POSITIVE, false)));
        negative.forEach(path -> all.add(new Given(path, Group.NEGATIVE, false)));
        hard.forEach(path -> all.add(new Given(path, Group.HARD, false)));
        heldPositive.forEach(path -> all.add(new Given(path, Group.POSITIVE, true)));
        heldNegative.forEach(path -> all.add(new Given(path, Group.NEGATIVE, true)));
        heldHard.forEach(path -> all.add(new Given(path, Group.HARD, true)));
        return all;
    }

    /** Whether files are held out. */
    boolean heldOut() {
        return !heldPositive.isEmpty() || !heldNegative.isEmpty() || !heldHard.isEmpty();
    }

    /** Whether both or neither of what a measurement needs is held out. */
    boolean complete() {
        return heldPositive.isEmpty() == heldNegative.isEmpty() && (heldHard.isEmpty() || !heldPositive.isEmpty());
    }

    /** The first file of positives. */
    Path first() {
        return positive.get(0);
    }
}
