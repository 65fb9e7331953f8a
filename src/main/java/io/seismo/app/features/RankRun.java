package io.seismo.app.features;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.contrast.Direction;
import io.seismo.contrast.EqualDensity;
import io.seismo.contrast.FeatureFigures;
import io.seismo.contrast.FeaturePass;
import io.seismo.contrast.Group;
import io.seismo.contrast.Keywords;
import io.seismo.contrast.LogisticFit;
import io.seismo.contrast.MeanRows;
import io.seismo.contrast.Ranking;
import io.seismo.contrast.RequestFile;
import io.seismo.contrast.Requests;
import io.seismo.contrast.Rule;
import io.seismo.contrast.RulePass;
import io.seismo.contrast.Scorecard;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.score.Aggregator;
import io.seismo.spec.AggregatorSpec;
import io.seismo.weights.EncoderWeights;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Two passes over the files: ranks features, fits probes, measures. */
final class RankRun {

    private static final int FEWEST = 10;
    private static final int RANDOM = 20;

    private final EncoderWeights weights;
    private final Setting setting;
    private final Output output;
    private final Requests requests = new Requests();
    private final List<RequestFile.Intake> intakes = new ArrayList<>();

    /**
     * What is asked.
     *
     * @param files opened, in the order of {@code given}
     * @param top how many features to score
     * @param keywords {@code null} without such a rule
     */
    record Setting(
            List<RequestFiles.Given> given,
            List<RequestFile> files,
            AggregatorSpec aggregate,
            int top,
            @Nullable Keywords keywords) {

        boolean heldOut() {
            return given.stream().anyMatch(RequestFiles.Given::heldOut);
        }
    }

    /** What came of it. */
    record Outcome(
            Ranking ranking,
            List<FeatureFigures> top,
            Direction means,
            Direction logistic,
            LogisticFit fit,
            long scoredRows,
            Scorecard scorecard,
            List<RequestFile.Intake> intakes) {}

    RankRun(EncoderWeights weights, Setting setting, Output output) {
        this.weights = weights;
        this.setting = setting;
        this.output = output;
    }

    Outcome run() throws IOException {
        Path scratch = Files.createTempDirectory("seismo-rank");
        try {
            return run(scratch);
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    private Outcome run(Path scratch) throws IOException {
        Aggregator aggregator = Aggregator.of(setting.aggregate());
        Requests.Use other = setting.heldOut() ? Requests.Use.CONFIRMING : Requests.Use.MEASURING;
        List<FeatureFigures> figures;
        MeanRows means;
        long scored;
        try (Encoder encoder = OnnxEncoders.open(
                        weights, List.of(), true, setting.files().get(0).facts().dtype());
                FeaturePass pass = new FeaturePass(encoder, aggregator, requests, other, scratch)) {
            first(pass);
            requireEnough(Requests.Use.CHOOSING, "to choose on, the half of the files that a hash of the id picks");
            figures = pass.figures();
            means = pass.means();
            scored = pass.scoredRows();
        }
        Ranking ranking = new Ranking(figures);
        List<FeatureFigures> top = ranking.top(setting.top());
        if (top.isEmpty()) {
            throw new CommandFailure(
                    "no feature fires in a positive request", "Check hook point and SAE with 'seismo sae check'.");
        }
        LogisticFit fit = new LogisticFit(means);
        Direction logistic = fit.fit();
        Direction difference = Direction.ofMeans(means);
        Scorecard card = second(
                aggregator,
                rules(figures, top),
                top.stream().map(FeatureFigures::feature).toList(),
                difference,
                logistic);
        return new Outcome(ranking, top, difference, logistic, fit, scored, card, intakes);
    }

    private void first(FeaturePass pass) {
        try (Progress progress = output.progress("encoding requests", "bytes", bytes(false))) {
            long before = 0;
            for (int i = 0; i < setting.files().size(); i++) {
                if (!setting.given().get(i).heldOut()) {
                    RequestFile file = setting.files().get(i);
                    long start = before;
                    intakes.add(pass.read(file, setting.given().get(i).group(), at -> progress.to(start + at)));
                    before += file.bytes();
                }
            }
        }
    }

    private long bytes(boolean all) {
        long bytes = 0;
        for (int i = 0; i < setting.files().size(); i++) {
            bytes += all || !setting.given().get(i).heldOut()
                    ? setting.files().get(i).bytes()
                    : 0;
        }
        return bytes;
    }

    private void requireEnough(Requests.Use use, String purpose) {
        for (Group group : List.of(Group.POSITIVE, Group.NEGATIVE)) {
            int count = requests.count(group, use);
            if (count < FEWEST) {
                throw new CommandFailure(
                        count + " " + group.name().toLowerCase(Locale.ROOT) + " requests " + purpose + "; at least "
                                + FEWEST + " are needed",
                        "Capture more requests.");
            }
        }
    }

    /** Rules on watch columns, by feature; the ranked ones and random ones of the density of the first. */
    private static TreeMap<Integer, Rule> rules(List<FeatureFigures> figures, List<FeatureFigures> top) {
        TreeMap<Integer, Rule> rules = new TreeMap<>();
        Set<Integer> taken = new HashSet<>();
        top.forEach(figure -> taken.add(figure.feature()));
        EqualDensity.pick(figures, top.get(0).feature(), taken, RANDOM)
                .forEach(feature -> rules.put(feature, Rule.random(feature)));
        top.forEach(figure -> rules.put(figure.feature(), Rule.feature(figure.feature())));
        return rules;
    }

    private Scorecard second(
            Aggregator aggregator,
            TreeMap<Integer, Rule> rules,
            List<Integer> ranked,
            Direction difference,
            Direction logistic) {
        Dtype dtype = setting.files().get(0).facts().dtype();
        RulePass pass = new RulePass(aggregator, requests);
        try (Encoder features = OnnxEncoders.open(weights, new ArrayList<>(rules.keySet()), false, dtype);
                Encoder first = OnnxEncoders.open(difference.weights("difference of means"), List.of(0), false, dtype);
                Encoder second = OnnxEncoders.open(logistic.weights("logistic probe"), List.of(0), false, dtype)) {
            pass.add(features, new ArrayList<>(rules.values()));
            pass.add(first, List.of(Rule.of(Rule.Kind.MEANS)));
            pass.add(second, List.of(Rule.of(Rule.Kind.LOGISTIC)));
            pass.addNorm();
            if (setting.keywords() != null) {
                pass.addKeywords(setting.keywords());
            }
            second(pass);
        }
        if (setting.keywords() != null && !pass.anyText()) {
            throw new CommandFailure(
                    "--keywords was given, but no file holds token text",
                    "Capture token_text, or leave the option out.");
        }
        requests.dropRepeats();
        requireEnough(Requests.Use.MEASURING, "to measure on");
        return Scorecard.of(pass, requests, ranked);
    }

    private void second(RulePass pass) {
        try (Progress progress = output.progress("scoring rules", "bytes", bytes(true))) {
            long before = 0;
            for (int i = 0; i < setting.files().size(); i++) {
                RequestFile file = setting.files().get(i);
                RequestFiles.Given given = setting.given().get(i);
                long start = before;
                RequestFile.Intake intake =
                        pass.read(file, given.group(), given.heldOut(), at -> progress.to(start + at));
                if (given.heldOut()) {
                    intakes.add(intake);
                }
                before += file.bytes();
            }
        }
    }
}
