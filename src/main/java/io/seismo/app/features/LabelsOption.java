package io.seismo.app.features;

import io.seismo.app.cli.CommandFailure;
import io.seismo.labels.LabelFile;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.load.WeightLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the labels of an SAE lie; a mixin. */
final class LabelsOption {

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description = "Where the labels lie. Default: labels.jsonl beside the SAE.")
    private @Nullable Path file;

    /** The place for the labels of an SAE. */
    Path place(String location) {
        return find(location)
                .orElseThrow(() -> new CommandFailure(
                        "labels cannot lie beside " + location + ", which is in the jar",
                        "Name a file with --labels."));
    }

    private Optional<Path> find(String location) {
        return file == null ? LabelFile.beside(location) : Optional.of(file);
    }

    /** The labels that are there; without {@code --labels} there may be none. */
    Optional<LabelFile> read(String location) {
        Optional<Path> place = find(location).filter(path -> file != null || Files.exists(path));
        if (place.isEmpty()) {
            return Optional.empty();
        }
        EncoderFacts facts = WeightLoader.facts(location);
        String digest = WeightLoader.load(location).manifest().digest();
        return Optional.of(LabelFile.read(place.get(), digest, facts.width()));
    }
}
