package io.seismo.app.features;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.sae.Refused;
import io.seismo.labels.FeatureNotes;
import io.seismo.labels.Label;
import io.seismo.labels.LabelFile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seismo features search}: features by what somebody thinks they mean. */
@Command(
        name = "search",
        description = "Search the imported labels of an SAE.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo features search \"credential|password\" --sae ~/saes/layer20",
            "",
            "Without regard to case. A label that is somebody else's is marked third-party: it is mostly a language",
            "model's guess. 'seismo features rank' says what a feature does on your own requests.",
            "Exit code 1 when nothing is found."
        })
final class FeaturesSearchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "REGEX", description = "What a label has to contain, as a regular expression.")
    private String regex = "";

    @Option(names = "--sae", required = true, paramLabel = "SAE", description = "A directory, a file, or demo/sae.")
    private String location = "";

    @Mixin
    private LabelsOption labels = new LabelsOption();

    @Option(
            names = "--most",
            defaultValue = "50",
            paramLabel = "N",
            description = "Show so many. Default: ${DEFAULT-VALUE}.")
    private int most;

    @Mixin
    private Output output = new Output();

    /** One that was found, as JSON. */
    record Hit(
            int feature,
            String label,
            String from,
            boolean thirdParty,
            @Nullable Double density,
            @Nullable Double max,
            @Nullable Double maxPublished) {}

    /** What was found. */
    record Found(int total, List<Hit> hits) {}

    @Override
    public Integer call() {
        Pattern pattern = pattern();
        LabelFile file = Refused.asFailure(() -> labels.read(location))
                .orElseThrow(() -> new CommandFailure(
                        "no labels beside " + location,
                        "Import some with 'seismo features import', or name --labels."));
        List<Hit> all = new ArrayList<>();
        for (Map.Entry<Integer, FeatureNotes> entry : file.features().entrySet()) {
            FeatureNotes notes = entry.getValue();
            for (Label label : notes.labels()) {
                if (pattern.matcher(label.text()).find()) {
                    all.add(new Hit(
                            entry.getKey(),
                            label.text(),
                            label.from(),
                            label.thirdParty(),
                            notes.density(),
                            notes.max(),
                            notes.published()));
                }
            }
        }
        Found found = new Found(all.size(), List.copyOf(all.subList(0, Math.min(all.size(), Math.max(0, most)))));
        output.write(found, out -> print(found, out));
        return all.isEmpty() ? 1 : 0;
    }

    private Pattern pattern() {
        try {
            return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        } catch (PatternSyntaxException e) {
            throw new ParameterException(
                    spec.commandLine(), "not a regular expression: " + e.getDescription() + " at " + e.getIndex());
        }
    }

    private static void print(Found found, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        for (Hit hit : found.hits()) {
            rows.add(List.of(
                    Integer.toString(hit.feature()),
                    hit.density() == null ? "-" : String.format(Locale.ROOT, "%.3g %%", 100 * hit.density()),
                    hit.max() == null ? "-" : String.format(Locale.ROOT, "%.4g", hit.max()),
                    hit.label(),
                    "[" + hit.from() + "]"));
        }
        new RankText.Table(List.of("feature", "density", "max", "label", "whose"), rows)
                .plain()
                .forEach(out::println);
        if (found.total() > found.hits().size()) {
            out.println(found.total() - found.hits().size() + " more; --most shows them");
        }
    }
}
