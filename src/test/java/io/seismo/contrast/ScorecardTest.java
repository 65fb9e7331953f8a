package io.seismo.contrast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.TestWeights;
import io.seismo.score.Aggregator;
import io.seismo.spec.AggregatorSpec;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The law of the two halves: what a rule is chosen on is never what it is measured on. */
class ScorecardTest {

    private static final int WIDTH = 12;
    private static final int LEAK = 7;
    private static final int REAL = 3;
    private static final EncoderWeights IDENTITY = TestWeights.identity(WIDTH, new Activation.Relu());
    private static final Aggregator MAX = Aggregator.of(new AggregatorSpec.Max());

    @TempDir
    private Path dir;

    /** What rules were chosen, and what they are worth. */
    private record Run(List<FeatureFigures> top, Direction means, Direction logistic, Scorecard card) {}

    /** Requests of noise; positives carry feature {@link #REAL}, and those for whom it is said {@link #LEAK}. */
    private Path file(String name, int count, boolean positive, Predicate<Integer> leak, double shiftOfOthers)
            throws IOException {
        Random random = new Random(name.hashCode());
        Captures captures = new Captures();
        for (int i = 0; i < count; i++) {
            String id = name + "-" + i;
            float[][] rows = new float[4][WIDTH];
            for (float[] row : rows) {
                for (int f = 0; f < WIDTH; f++) {
                    row[f] = (float) Math.max(0, random.nextGaussian());
                }
                row[REAL] += positive ? 1.2f : 0;
                row[LEAK] = leak.test(i) ? 9 + i * 0.01f : row[LEAK];
                row[0] += Half.of(id) == Half.OTHER ? (float) shiftOfOthers : 0;
            }
            captures.request(id, rows);
        }
        return captures.write(dir.resolve(name + ".frames"));
    }

    private Run run(Path positive, Path negative) throws IOException {
        Requests requests = new Requests();
        RowSelection all = new RowSelection("", false, false, 0);
        RequestFile first = RequestFile.open(positive, all);
        RequestFile second = RequestFile.open(negative, all);
        Path scratch = Files.createTempDirectory(dir, "scratch");
        try (FeaturePass pass =
                new FeaturePass(new NaiveEncoder(IDENTITY), MAX, requests, Requests.Use.MEASURING, scratch)) {
            pass.read(first, Group.POSITIVE, at -> {});
            pass.read(second, Group.NEGATIVE, at -> {});
            Ranking ranking = new Ranking(pass.figures());
            int best = ranking.top(1).get(0).feature();
            Direction means = Direction.ofMeans(pass.means());
            Direction logistic = new LogisticFit(pass.means()).fit();
            RulePass rules = new RulePass(MAX, requests);
            rules.add(new NaiveEncoder(IDENTITY, best), List.of(Rule.feature(best)));
            rules.add(new NaiveEncoder(means.weights("m"), 0), List.of(Rule.of(Rule.Kind.MEANS)));
            rules.add(new NaiveEncoder(logistic.weights("l"), 0), List.of(Rule.of(Rule.Kind.LOGISTIC)));
            rules.addNorm();
            rules.read(first, Group.POSITIVE, false, at -> {});
            rules.read(second, Group.NEGATIVE, false, at -> {});
            return new Run(ranking.top(3), means, logistic, Scorecard.of(rules, requests, List.of(best)));
        }
    }

    private static Predicate<Integer> choosing(String name) {
        return i -> Half.of(name + "-" + i) == Half.CHOOSING;
    }

    @Test
    void shouldMeasureChanceWhenAFeatureOnlyKnowsTheRequestsItWasChosenOn() throws IOException {
        Run run = run(file("p", 400, true, choosing("p"), 0), file("n", 400, false, i -> false, 0));

        FeatureFigures best = run.top().get(0);
        assertThat(best.feature()).isEqualTo(LEAK);
        assertThat(best.auroc()).isEqualTo(1);
        assertThat(best.aurocOther()).isBetween(0.4, 0.6);
        Scorecard.Entry entry = run.card().entries().get(0);
        assertThat(entry.rule().feature()).isEqualTo(LEAK);
        assertThat(entry.auroc()).isBetween(0.4, 0.6);
        assertThat(entry.asSet().positives().share()).isLessThan(0.1);
        assertThat(run.card().verdict()).doesNotContain("won");
    }

    @Test
    void shouldFindTheFeatureThatTellsWhenNoneLeaks() throws IOException {
        Run run = run(file("p", 400, true, i -> false, 0), file("n", 400, false, i -> false, 0));
        assertThat(run.top().get(0).feature()).isEqualTo(REAL);
        assertThat(run.card().entries().get(0).auroc()).isBetween(0.8, 0.99);
        assertThat(run.card().repeats()).isZero();
        assertThat(run.card().atOnePercent()).isEmpty();
        assertThat(run.card().atOnePerMille()).contains("at least 1000 ordinary negatives");
        assertThat(run.card().entries()).allMatch(entry -> entry.onePerMille() == null && entry.onePercent() != null);
    }

    @Test
    void shouldChooseTheSameWhateverTheRequestsItIsMeasuredOnSay() throws IOException {
        Run one = run(file("p", 200, true, i -> false, 0), file("n", 200, false, i -> false, 0));
        Run other = run(file("p", 200, true, i -> false, 50), file("n", 200, false, i -> false, 20));

        for (int i = 0; i < one.top().size(); i++) {
            FeatureFigures a = one.top().get(i);
            FeatureFigures b = other.top().get(i);
            assertThat(a.feature()).isEqualTo(b.feature());
            assertThat(a.auroc()).isEqualTo(b.auroc());
            assertThat(a.effect()).isEqualTo(b.effect());
        }
        assertThat(one.means().weight()).isEqualTo(other.means().weight());
        assertThat(one.logistic().weight()).isEqualTo(other.logistic().weight());
        for (int i = 0; i < one.card().entries().size(); i++) {
            assertThat(one.card().entries().get(i).asSet().above())
                    .isEqualTo(other.card().entries().get(i).asSet().above());
        }
        // Control: the change was felt where it should be.
        assertThat(one.card().entries().get(3).auroc())
                .isNotEqualTo(other.card().entries().get(3).auroc());
    }

    @Test
    void shouldLeaveOutWhatEqualsARequestThatRulesAreChosenOn() throws IOException {
        int choosing = 0;
        while (Half.of("n-" + choosing) != Half.CHOOSING) {
            choosing++;
        }
        int other = 0;
        while (Half.of("copy-" + other) != Half.OTHER) {
            other++;
        }
        Path negative = file("n", 60, false, i -> false, 0);
        float[][] rows = new float[4][];
        int wanted = choosing;
        List<float[]> copied = new java.util.ArrayList<>();
        RequestFile.open(negative, new RowSelection("", false, false, 0)).read(batch -> {
            if (batch.parts().get(0).request().equals("n-" + wanted)) {
                for (int r = 0; r < rows.length; r++) {
                    double[] row = NaiveEncoder.decode(batch.rows(), r);
                    float[] narrow = new float[row.length];
                    for (int f = 0; f < row.length; f++) {
                        narrow[f] = (float) row[f];
                    }
                    copied.add(narrow);
                }
            }
        });
        Captures copy = new Captures().request("copy-" + other, copied.toArray(float[][]::new));
        byte[] both = new byte[(int) Files.size(negative) + copy.bytes().length];
        System.arraycopy(Files.readAllBytes(negative), 0, both, 0, (int) Files.size(negative));
        System.arraycopy(copy.bytes(), 0, both, (int) Files.size(negative), copy.bytes().length);
        Path positive = file("p", 60, true, i -> false, 0);

        Run without = run(positive, negative);
        Run with = run(positive, Files.write(dir.resolve("both.frames"), both));

        assertThat(with.card().repeats()).isEqualTo(1);
        assertThat(without.card().repeats()).isZero();
        assertThat(with.card().negatives()).isEqualTo(without.card().negatives());
    }

    @Test
    void shouldRefuseARequestThatIsBothPositiveAndNegative() throws IOException {
        Path file = file("p", 40, true, i -> false, 0);
        assertThatThrownBy(() -> run(file, file)).hasMessageContainingAll("p-", "POSITIVE", "NEGATIVE");
    }

    @Test
    void shouldSplitRequestsInHalvesThatDoNotFollowTheSampleOfFullEncoding() {
        int choosing = 0;
        int sampledToo = 0;
        int sampled = 0;
        for (int i = 0; i < 4000; i++) {
            boolean first = Half.of("req-" + i) == Half.CHOOSING;
            boolean inSample = new io.seismo.window.RequestSample(0.1).includes("req-" + i);
            choosing += first ? 1 : 0;
            sampled += inSample ? 1 : 0;
            sampledToo += first && inSample ? 1 : 0;
        }
        assertThat(choosing).isBetween(1850, 2150);
        assertThat((double) sampledToo / sampled).isBetween(0.38, 0.62);
    }
}
