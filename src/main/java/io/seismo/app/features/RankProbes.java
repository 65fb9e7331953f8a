package io.seismo.app.features;

import io.seismo.contrast.Direction;
import io.seismo.contrast.RequestFile;
import io.seismo.weights.probe.FittedProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Writes the probes that features were measured against, as Seismo reads them. */
final class RankProbes {

    static final String MEANS = "difference-of-means.safetensors";
    static final String LOGISTIC = "logistic.safetensors";

    private RankProbes() {}

    static void write(Path directory, RankRun.Outcome outcome, RequestFile.Facts facts, String from)
            throws IOException {
        Files.createDirectories(directory);
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("hook_name", facts.hook());
        metadata.put("model_name", facts.model());
        metadata.put("model_revision", facts.revision());
        metadata.put("made_by", from);
        metadata.values().removeIf(String::isEmpty);
        write(directory.resolve(MEANS), outcome.means(), metadata);
        write(directory.resolve(LOGISTIC), outcome.logistic(), metadata);
    }

    private static void write(Path file, Direction direction, Map<String, String> metadata) throws IOException {
        FittedProbe.write(file, direction.weight(), direction.bias(), metadata);
    }
}
