package io.seismo.labels;

import com.fasterxml.jackson.databind.JsonNode;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.ArrayFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what others know of the features of an SAE into a {@link LabelFile}. */
public final class LabelImport {

    /** What SAELens adds to a rate before it takes the logarithm. */
    private static final double SPARSITY_FLOOR = 1e-10;

    private final LabelFile into;
    private final int width;
    private final Supplier<double[]> decoderNorms;
    private final @Nullable String own;
    private final Set<String> earlier;
    private String source = "";
    private double[] norms = new double[0];

    /**
     * @param into receives labels; earlier ones of the same source are forgotten
     * @param width number of features of the SAE
     * @param decoderNorms asked for once, when published activations are met
     * @param own whose labels these are, when they are one's own; {@code null} for somebody else's
     */
    public LabelImport(LabelFile into, int width, Supplier<double[]> decoderNorms, @Nullable String own) {
        this.into = into;
        this.width = width;
        this.decoderNorms = decoderNorms;
        this.own = own;
        this.earlier = into.sources();
    }

    /** What a file gave. */
    public record Taken(String file, String kind, long rows, long labels, long figures) {}

    /** Reads a file by the end of its name. */
    public Taken read(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".jsonl") || name.endsWith(".jsonl.gz")) {
            return neuronpedia(file);
        }
        if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
            return csv(file);
        }
        if (name.endsWith(".safetensors")) {
            return sparsity(file);
        }
        throw new WeightsException(
                file + " is neither .jsonl, .csv (both also .gz) nor .safetensors",
                "give a Neuronpedia export, a table, or SAELens's sparsity.safetensors");
    }

    private Taken neuronpedia(Path file) {
        long rows = 0;
        long labels = 0;
        long figures = 0;
        try (Lines lines = Lines.open(file)) {
            for (JsonNode row = lines.next(); row != null; row = lines.next()) {
                rows++;
                int feature = lines.feature(row.path("index"), width);
                requireOneSource(lines, row);
                String description = row.path("description").asText("").strip();
                if (!description.isEmpty()) {
                    add(feature, label(lines, description, neuronpediaSource(row)));
                    labels++;
                }
                Double published = lines.size(row, "maxActApprox");
                Double density = lines.share(row, "frac_nonzero");
                if (published != null || density != null) {
                    into.add(
                            feature,
                            density,
                            published == null ? null : inOwnUnits(lines, feature, published),
                            published);
                    figures++;
                }
            }
        }
        return new Taken(file.toString(), "neuronpedia", rows, labels, figures);
    }

    /** Rows name model and source; an import of two of them would mix two SAEs. */
    private void requireOneSource(Lines lines, JsonNode row) {
        String stated = row.path("modelId").asText("") + "/" + row.path("layer").asText("");
        if (source.isEmpty()) {
            source = stated;
        }
        if (!source.equals(stated)) {
            throw lines.fault(
                    "a row of " + Label.line(stated, 80) + " behind rows of " + Label.line(source, 80),
                    "import the files of one source");
        }
    }

    private static String neuronpediaSource(JsonNode row) {
        List<String> parts = new ArrayList<>(List.of("neuronpedia"));
        parts.add(row.path("modelId").asText("") + "/" + row.path("layer").asText(""));
        parts.add(row.path("explanationModelName").asText(""));
        parts.add(row.path("typeName").asText(""));
        parts.removeIf(String::isBlank);
        return String.join(" ", parts);
    }

    /** Dashboards publish f · ‖D_i‖. */
    private double inOwnUnits(Lines lines, int feature, double published) {
        if (norms.length == 0) {
            norms = decoderNorms.get();
        }
        if (!(norms[feature] > 0)) {
            throw lines.fault(
                    "the decoder row of feature " + feature + " has no length, so its activations have no own units",
                    "is it the right SAE?");
        }
        return published / norms[feature];
    }

    private Label label(Lines lines, String text, String from) {
        try {
            return new Label(text, own == null ? Label.THIRD_PARTY + from : own);
        } catch (IllegalArgumentException e) {
            throw lines.fault("a label without a character that can be shown", "leave the row out");
        }
    }

    private void add(int feature, Label label) {
        if (earlier.remove(label.from())) {
            into.forget(label.from());
        }
        into.add(feature, label);
    }

    private Taken csv(Path file) {
        long rows = 0;
        long labels = 0;
        long figures = 0;
        try (Lines lines = Lines.open(file)) {
            String head = lines.text();
            List<String> columns = head == null ? List.of() : Csv.fields(lines, head.toLowerCase(Locale.ROOT));
            if (!columns.contains("feature")
                    || !(columns.contains("label") || columns.contains("density") || columns.contains("max"))) {
                throw lines.fault(
                        "the first line names no columns feature and label, density or max",
                        "such as: feature,label,density,max");
            }
            for (String text = lines.text(); text != null; text = lines.text()) {
                rows++;
                List<String> fields = Csv.fields(lines, text);
                if (fields.size() != columns.size()) {
                    throw lines.fault(fields.size() + " fields under " + columns.size() + " columns", "quote commas");
                }
                int feature = lines.feature(Csv.field(columns, fields, "feature"), width);
                String label = Csv.field(columns, fields, "label");
                if (!label.isBlank()) {
                    add(feature, label(lines, label, String.valueOf(file.getFileName())));
                    labels++;
                }
                Double density = Csv.number(lines, "density", Csv.field(columns, fields, "density"), 1);
                Double max = Csv.number(lines, "max", Csv.field(columns, fields, "max"), Float.MAX_VALUE);
                if (density != null || max != null) {
                    into.add(feature, density, max, null);
                    figures++;
                }
            }
        }
        return new Taken(file.toString(), "csv", rows, labels, figures);
    }

    private Taken sparsity(Path file) {
        double[] logs = ArrayFile.open(file).require("sparsity").expect(width).vector();
        for (int feature = 0; feature < width; feature++) {
            double rate = StrictMath.pow(10, logs[feature]) - SPARSITY_FLOOR;
            if (!(rate <= 1 + 1e-6)) {
                throw new WeightsException(
                        file + ": sparsity of feature " + feature + " is " + logs[feature] + ", a rate above 1",
                        "it holds log10(rate + 1e-10)");
            }
            into.add(feature, Math.min(1, Math.max(0, rate)), null, null);
        }
        return new Taken(file.toString(), "saelens sparsity", width, 0, width);
    }
}
