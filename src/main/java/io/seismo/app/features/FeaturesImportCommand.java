package io.seismo.app.features;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.sae.Draft;
import io.seismo.app.sae.Refused;
import io.seismo.labels.LabelFile;
import io.seismo.labels.LabelImport;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seismo features import}: labels and figures of features that others have published. */
@Command(
        name = "import",
        description = "Import labels, densities and largest activations of features into one file beside the SAE.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  seismo features import ~/saes/layer20 explanations/batch-*.jsonl.gz features/batch-*.jsonl.gz",
            "  seismo features import ~/saes/layer20 ours.csv --own \"safety team 2026-11\"",
            "",
            "Takes Neuronpedia exports (.jsonl, .jsonl.gz), SAELens's sparsity.safetensors, and .csv with the columns",
            "feature and label, density or max. Labels are third-party, and shown as such, unless --own says whose they are.",
            "Published activations are divided by the decoder norm. The first fault ends it, and nothing is written."
        })
final class FeaturesImportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SAE", description = "The SAE: a directory, a file, or demo/sae.")
    private String location = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "What to import.")
    private List<Path> files = List.of();

    @Mixin
    private LabelsOption labels = new LabelsOption();

    @Option(names = "--own", paramLabel = "WHO", description = "These labels are our own, of this person or team.")
    private @Nullable String own;

    @Mixin
    private Output output = new Output();

    /** What was done, as JSON. */
    record Imported(String file, int features, long labels, List<LabelImport.Taken> taken) {}

    @Override
    public Integer call() {
        if (own != null && (own.isBlank() || own.length() > 128 || own.startsWith("third-party"))) {
            throw new ParameterException(spec.commandLine(), "--own says who, in 1 to 128 characters");
        }
        Imported imported = Refused.asFailure(this::bring);
        output.write(imported, out -> {
            for (LabelImport.Taken taken : imported.taken()) {
                out.printf(
                        Locale.ROOT,
                        "%s: %s, %,d rows, %,d labels, figures of %,d features%n",
                        taken.file(),
                        taken.kind(),
                        taken.rows(),
                        taken.labels(),
                        taken.figures());
            }
            out.printf(
                    Locale.ROOT,
                    "%s: %,d features, %,d labels%s%n",
                    imported.file(),
                    imported.features(),
                    imported.labels(),
                    own == null ? "; those imported now are third-party: check before you page on one" : "");
        });
        return 0;
    }

    private Imported bring() {
        EncoderWeights weights = WeightLoader.load(location);
        if (weights.probe()) {
            throw new CommandFailure(location + " is a probe, and has no features", "Give an SAE.");
        }
        Path place = labels.place(location);
        String digest = weights.manifest().digest();
        LabelFile into = Files.exists(place)
                ? LabelFile.read(place, digest, weights.width())
                : new LabelFile(digest, weights.width());
        LabelImport bringing = new LabelImport(into, weights.width(), this::decoderNorms, own);
        List<LabelImport.Taken> taken = new ArrayList<>();
        try (Progress progress = output.progress("importing", "files", files.size())) {
            for (Path file : files) {
                taken.add(bringing.read(file));
                progress.add(1);
            }
        }
        try (Draft draft = new Draft(place, ".part")) {
            into.write(draft.path());
            draft.finish();
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + place + ": " + e.getMessage(), "Name a file with --labels.", e);
        }
        return new Imported(place.toString(), into.features().size(), into.labels(), taken);
    }

    private double[] decoderNorms() {
        Decoder decoder = WeightLoader.decoder(location)
                .orElseThrow(() -> new WeightsException(
                        location + " has no decoder of its input, so published activations have no own units",
                        "import explanations without features"));
        return decoder.norms();
    }
}
