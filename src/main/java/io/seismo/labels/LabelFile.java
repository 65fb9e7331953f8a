package io.seismo.labels;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seismo.weights.WeightsException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Labels and figures of the features of one SAE.
 *
 * <p>On disk: JSON lines, UTF-8. The first is {@code {"seismo_labels":1,"sae":digest,"width":d_sae}}; each further one is
 * {@code {"feature":i,"density":…,"max":…,"max_published":…,"labels":[{"text":…,"from":…}]}} in order of feature, with what
 * is not known left out.
 */
public final class LabelFile {

    /** Version of the format. */
    public static final int VERSION = 1;

    private static final String NAME = "labels.jsonl";
    private static final int MOST_LABELS = 1 << 21;
    private static final JsonMapper JSON = new JsonMapper();

    private final String sae;
    private final int width;
    private final TreeMap<Integer, FeatureNotes> features = new TreeMap<>();
    private long labels;

    /**
     * Empty.
     *
     * @param sae digest of the SAE's weights
     * @param width its number of features
     */
    public LabelFile(String sae, int width) {
        this.sae = sae;
        this.width = width;
    }

    /** Where the labels of an SAE lie unless another place is given; absent for those in the jar. */
    public static Optional<Path> beside(String location) {
        Path path = Path.of(location);
        if (Files.isDirectory(path)) {
            return Optional.of(path.resolve(NAME));
        }
        return Files.isRegularFile(path) ? Optional.of(Path.of(location + "." + NAME)) : Optional.empty();
    }

    /**
     * Reads a file.
     *
     * @param sae digest of the weights that the labels must be of
     * @param width number of features of these weights
     */
    public static LabelFile read(Path file, String sae, int width) {
        LabelFile read = new LabelFile(sae, width);
        try (Lines lines = Lines.open(file)) {
            JsonNode head = lines.next();
            if (head == null || head.path("seismo_labels").asInt() != VERSION) {
                throw lines.fault("it does not begin with {\"seismo_labels\": " + VERSION, "import the labels again");
            }
            if (!head.path("sae").asText().equals(sae) || head.path("width").asInt() != width) {
                throw lines.fault(
                        "these are labels of another SAE, sha256 "
                                + Label.line(head.path("sae").asText("none"), 64),
                        "import labels of this one, or name another file with --labels");
            }
            for (JsonNode row = lines.next(); row != null; row = lines.next()) {
                read.take(lines, row);
            }
        }
        return read;
    }

    private void take(Lines lines, JsonNode row) {
        int feature = lines.feature(row.path("feature"), width);
        for (JsonNode label : row.path("labels")) {
            String text = label.path("text").asText();
            String from = label.path("from").asText();
            if (text.isBlank() || from.isBlank()) {
                throw lines.fault("a label without text or source", "import the labels again");
            }
            add(feature, new Label(text, from));
        }
        add(feature, lines.share(row, "density"), lines.size(row, "max"), lines.size(row, "max_published"));
    }

    /** Adds a label. */
    void add(int feature, Label label) {
        FeatureNotes before = of(feature);
        FeatureNotes after = before.with(label);
        labels += after.labels().size() - before.labels().size();
        if (labels > MOST_LABELS) {
            throw new WeightsException("more than " + MOST_LABELS + " labels", "import fewer");
        }
        features.put(feature, after);
    }

    /** Adds figures. */
    void add(int feature, @Nullable Double density, @Nullable Double max, @Nullable Double published) {
        features.put(feature, of(feature).with(density, max, published));
    }

    /** Forgets the labels of a source, before they are imported anew. */
    void forget(String from) {
        features.replaceAll((feature, notes) -> notes.without(from));
        labels = features.values().stream()
                .mapToLong(notes -> notes.labels().size())
                .sum();
    }

    /** Whose labels there are. */
    Set<String> sources() {
        Set<String> sources = new TreeSet<>();
        features.values().forEach(notes -> notes.labels().forEach(label -> sources.add(label.from())));
        return sources;
    }

    /** What is known of a feature. */
    public FeatureNotes of(int feature) {
        return features.getOrDefault(feature, FeatureNotes.NONE);
    }

    /** All features of which something is known, in order. */
    public SortedMap<Integer, FeatureNotes> features() {
        return Collections.unmodifiableSortedMap(features);
    }

    /** How many labels there are. */
    public long labels() {
        return labels;
    }

    /** Writes the file; what is there is overwritten. */
    public void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            ObjectNode head = JSON.createObjectNode();
            out.write(text(head.put("seismo_labels", VERSION).put("sae", sae).put("width", width)));
            for (Map.Entry<Integer, FeatureNotes> entry : features.entrySet()) {
                out.write(text(row(entry.getKey(), entry.getValue())));
            }
        }
    }

    private static ObjectNode row(int feature, FeatureNotes notes) {
        ObjectNode row = JSON.createObjectNode().put("feature", feature);
        if (notes.density() != null) {
            row.put("density", notes.density());
        }
        if (notes.max() != null) {
            row.put("max", notes.max());
        }
        if (notes.published() != null) {
            row.put("max_published", notes.published());
        }
        if (!notes.labels().isEmpty()) {
            ArrayNode all = row.putArray("labels");
            notes.labels()
                    .forEach(label -> all.addObject().put("text", label.text()).put("from", label.from()));
        }
        return row;
    }

    private static String text(ObjectNode row) {
        try {
            return JSON.writeValueAsString(row) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a row does not serialise", impossible);
        }
    }
}
