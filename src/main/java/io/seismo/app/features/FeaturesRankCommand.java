package io.seismo.app.features;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecFiles;
import io.seismo.app.sae.Draft;
import io.seismo.app.sae.Refused;
import io.seismo.contrast.FeatureFigures;
import io.seismo.contrast.Keywords;
import io.seismo.contrast.RequestFile;
import io.seismo.contrast.RowSelection;
import io.seismo.labels.Label;
import io.seismo.labels.LabelFile;
import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code seismo features rank}: features that tell two sets of requests apart, and how well beside plainer rules. */
@Command(
        name = "rank",
        description = "Rank features by contrast between captured requests, and measure them beside plainer rules.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo features rank --sae demo/sae --positive phishing.frames --negative ordinary.frames \\",
            "    --hard-negative close.frames --keywords words.txt --out watch.yaml --card card.md --cap-by a.researcher",
            "",
            "Features are ranked, probes fitted and thresholds set on one half of the requests, by a hash of their id,",
            "and measured on the other half, or on the --holdout files. The SAE may lose, and is told so."
        })
final class FeaturesRankCommand implements Callable<Integer> {

    private static final int MOST = 100;

    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Option(names = "--sae", required = true, paramLabel = "SAE", description = "A directory or file, or demo/sae.")
    private String location = "";

    @Mixin
    private RequestFiles files = new RequestFiles();

    @Mixin
    private SelectionOption selection = new SelectionOption();

    @Option(
            names = "--aggregate",
            defaultValue = "max",
            converter = AggregateText.class,
            paramLabel = "A",
            description = "From token signals to a request score, as in a spec. Default: ${DEFAULT-VALUE}.")
    private AggregatorSpec aggregate = new AggregatorSpec.Max();

    @Option(names = "--top", defaultValue = "3", paramLabel = "N", description = "How many. Default: ${DEFAULT-VALUE}.")
    private int top;

    @Option(names = "--keywords", paramLabel = "FILE", description = "Words, one a line, for a rule beside the others.")
    private @Nullable Path keywords;

    @Option(names = "--name", paramLabel = "NAME", description = "What watch entries are called after.")
    private @Nullable String name;

    @Option(
            names = "--label",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "What the property is, in your words.")
    private String label = "";

    @Mixin
    private LabelsOption labels = new LabelsOption();

    @Option(names = "--out", paramLabel = "FILE", description = "Write a spec that watches them, in shadow.")
    private @Nullable Path out;

    @Option(
            names = "--cap-by",
            paramLabel = "NAME",
            description = "In --out, let one feature page at a single request: the one with the widest gap between its"
                    + " threshold and its median positive, with a cap halfway, set by NAME.")
    private @Nullable String capBy;

    @Option(names = "--card", paramLabel = "FILE", description = "Write the scorecard as Markdown.")
    private @Nullable Path card;

    @Option(
            names = "--probes",
            paramLabel = "DIR",
            description = "Write both probes there; --out then watches them too.")
    private @Nullable Path probes;

    @Mixin
    private Output output = new Output();

    private Optional<LabelFile> known = Optional.empty();

    FeaturesRankCommand() {
        this(InstantSource.system());
    }

    FeaturesRankCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1 || top > MOST) {
            throw new ParameterException(spec.commandLine(), "--top is 1 to " + MOST);
        }
        if (capBy != null && (out == null || !capBy.matches("[^\\x00-\\x1f\\x7f]{1,100}"))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--cap-by is a name of at most 100 characters, and goes into the spec of --out");
        }
        if (!files.complete()) {
            throw new ParameterException(
                    spec.commandLine(), "--holdout-positive and --holdout-negative are given together, or neither is");
        }
        String title = name == null ? WatchYaml.Setting.name(files.first()) : name;
        if (!WatchYaml.Setting.sound(title) || label.length() > 200 || label.matches(".*[\\x00-\\x1f\\x7f].*")) {
            throw new ParameterException(
                    spec.commandLine(), "--name is 1 to 48 of a-z, 0-9, - and _; --label one line of at most 200");
        }
        try {
            RankReport report = Refused.asFailure(() -> rank(title));
            output.write(report, text -> print(new RankText(report), report, text));
            return 0;
        } catch (UncheckedIOException e) {
            throw new CommandFailure(e.getMessage() + ": " + String.valueOf(e.getCause()), "Is the disk full?", e);
        }
    }

    private RankReport rank(String title) {
        EncoderWeights weights = WeightLoader.load(location);
        if (weights.probe()) {
            throw new CommandFailure(location + " is a probe, and has no features", "Give an SAE.");
        }
        EncoderFacts facts = WeightLoader.facts(location);
        RowSelection rows = selection.of(facts);
        List<RequestFile> opened = new ArrayList<>();
        for (RequestFiles.Given given : files.all()) {
            RequestFile file = RequestFile.open(given.path(), rows);
            requireFit(weights, opened.isEmpty() ? file : opened.get(0), file);
            opened.add(file);
        }
        String model = opened.get(0).facts().model();
        if (!model.isEmpty() && !facts.model().isEmpty() && !model.equals(facts.model())) {
            output.warn(location + " was trained on " + facts.model() + ", the rows are of " + model
                    + "; 'seismo plan' refuses a spec of both");
        }
        // Read before the long work, so that what is wrong with them is said at once.
        known = labels.read(location);
        Keywords words = keywords == null ? null : Keywords.read(keywords);
        RankRun.Setting setting = new RankRun.Setting(files.all(), opened, aggregate, top, words);
        try {
            RankRun.Outcome outcome = new RankRun(weights, setting, output).run();
            RankReport report = report(weights, rows, setting, outcome);
            write(title, report, outcome);
            return report;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write", e);
        }
    }

    private void requireFit(EncoderWeights weights, RequestFile first, RequestFile file) {
        if (file.facts().dIn() != weights.dIn()) {
            throw new CommandFailure(
                    file.path() + " holds rows of " + file.facts().dIn() + ", but " + location + " reads rows of "
                            + weights.dIn(),
                    "Compare the hook point and model of both.");
        }
        if (!file.facts().equals(first.facts())) {
            throw new CommandFailure(
                    file.path() + " is of " + file.facts() + ", but " + first.path() + " of " + first.facts(),
                    "Capture both from the same model, revision and hook point, in the same dtype.");
        }
    }

    private RankReport report(
            EncoderWeights weights, RowSelection rows, RankRun.Setting setting, RankRun.Outcome outcome) {
        EncoderFacts facts = WeightLoader.facts(location);
        List<RankReport.FileUse> uses = new ArrayList<>();
        for (int i = 0; i < setting.files().size(); i++) {
            RequestFiles.Given given = setting.given().get(i);
            uses.add(new RankReport.FileUse(
                    given.path().toString(),
                    given.group().name(),
                    given.heldOut(),
                    setting.files().get(i).sha256(),
                    outcome.intakes().get(i)));
        }
        return new RankReport(
                clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().toString(),
                location,
                weights.manifest().digest(),
                setting.files().get(0).facts().or(facts),
                rows,
                aggregate.toString(),
                uses,
                outcome.scoredRows(),
                weights.width(),
                outcome.ranking().candidates(),
                ranked(outcome),
                new RankReport.Logistic(outcome.fit().lambda(), outcome.fit().samples()),
                setting.keywords() == null ? 0 : setting.keywords().size(),
                files.heldOut(),
                outcome.scorecard());
    }

    private List<RankReport.Ranked> ranked(RankRun.Outcome outcome) {
        List<RankReport.Ranked> ranked = new ArrayList<>();
        for (FeatureFigures figures : outcome.top()) {
            List<Label> of =
                    known.map(file -> file.of(figures.feature()).labels()).orElse(List.of());
            ranked.add(new RankReport.Ranked(
                    figures,
                    outcome.ranking().otherRank(figures.feature()),
                    of.isEmpty() ? null : of.get(0).text(),
                    of.isEmpty() ? null : of.get(0).from()));
        }
        return ranked;
    }

    private void write(String title, RankReport report, RankRun.Outcome outcome) throws IOException {
        String watch =
                out == null ? "" : new WatchYaml(report, new WatchYaml.Setting(title, label, probes, capBy)).text();
        if (probes != null) {
            RankProbes.write(probes, outcome, report.facts(), "seismo features rank, " + report.date());
        }
        if (out != null) {
            write(out, watch);
        }
        if (card != null) {
            write(card, new RankText(report).markdown("Scorecard: " + title));
        }
    }

    private static void write(Path file, String text) throws IOException {
        try (Draft draft = new Draft(file, ".part")) {
            Files.writeString(draft.path(), text);
            draft.finish();
        }
    }

    private void print(RankText text, RankReport report, PrintWriter to) {
        to.println(text.candidates());
        to.println();
        text.features().plain().forEach(to::println);
        to.println();
        text.rules().plain().forEach(to::println);
        to.println();
        text.notes().forEach(to::println);
        to.println();
        to.println(report.scorecard().verdict() + ".");
        if (out != null) {
            to.println();
            to.println("wrote " + out + "; next:");
            SpecFiles.next(out).forEach(command -> to.println("  " + command));
        }
    }
}
