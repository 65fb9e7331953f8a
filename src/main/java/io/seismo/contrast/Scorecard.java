package io.seismo.contrast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What rules are worth on requests they were not chosen on; field names are its JSON.
 *
 * @param positives measured on
 * @param negatives ordinary ones measured on
 * @param hard hard negatives measured on
 * @param choosing counts of the requests that rules were chosen on, positive, ordinary and hard
 * @param repeats held-out requests left out because their rows equal those of one that rules were chosen on
 * @param atOnePercent why no figure at 1 % of false positives is given; empty when there are
 * @param atOnePerMille the same at 0.1 %
 * @param entries one a rule
 * @param chance the random features together; {@code null} without any
 * @param verdict who won, in a sentence
 */
public record Scorecard(
        int positives,
        int negatives,
        int hard,
        List<Integer> choosing,
        int repeats,
        String atOnePercent,
        String atOnePerMille,
        List<Entry> entries,
        @Nullable Chance chance,
        String verdict) {

    /** One in a hundred. */
    public static final double PERCENT = 0.01;

    private static final double PER_MILLE = 0.001;

    public Scorecard {
        choosing = List.copyOf(choosing);
        entries = List.copyOf(entries);
    }

    /**
     * One rule.
     *
     * @param auroc against ordinary negatives
     * @param aurocHard against hard negatives; {@code null} without any
     * @param onePercent the point of its ROC curve, on the measured negatives, that at most 1 % of them exceed
     * @param onePerMille the same at 0.1 %
     * @param asSet the threshold set on the choosing half, as it would be deployed
     * @param median of the positives' scores on the choosing half
     */
    public record Entry(
            Rule rule,
            double auroc,
            @Nullable Double aurocHard,
            @Nullable OperatingPoint onePercent,
            @Nullable OperatingPoint onePerMille,
            OperatingPoint asSet,
            double median) {}

    /**
     * Random features of about the density of the first.
     *
     * @param features how many
     * @param auroc their median
     * @param caughtAtOnePercent median share of positives at 1 % of false positives; {@code null} when not known
     */
    public record Chance(
            int features, double auroc, @Nullable Double caughtAtOnePercent) {}

    /**
     * Measures.
     *
     * @param requests with at least one positive and one ordinary negative to choose on, and to measure on
     * @param ranked features in the order they were chosen; the first is the SAE's contender
     */
    public static Scorecard of(RulePass pass, Requests requests, List<Integer> ranked) {
        Measured measured = new Measured(pass);
        List<Entry> entries = new ArrayList<>();
        List<Entry> random = new ArrayList<>();
        for (int i = 0; i < pass.rules().size(); i++) {
            Entry entry = measured.entry(i);
            (entry.rule().kind() == Rule.Kind.RANDOM ? random : entries).add(entry);
        }
        entries.sort(Comparator.comparing((Entry entry) -> entry.rule().kind())
                .thenComparingInt(entry -> ranked.indexOf(entry.rule().feature())));
        int negatives = requests.count(Group.NEGATIVE, Requests.Use.MEASURING);
        return new Scorecard(
                requests.count(Group.POSITIVE, Requests.Use.MEASURING),
                negatives,
                requests.count(Group.HARD, Requests.Use.MEASURING),
                Arrays.stream(Group.values())
                        .map(group -> requests.count(group, Requests.Use.CHOOSING))
                        .toList(),
                requests.repeats(),
                why(negatives, PERCENT),
                why(negatives, PER_MILLE),
                entries,
                chance(random),
                new Verdict(pass).words(entries));
    }

    /** A share of false positives cannot be seen on fewer negatives than one over it. */
    private static boolean known(int negatives, double share) {
        return negatives * share >= 1 - 1e-9;
    }

    private static String why(int negatives, double share) {
        int needed = (int) Math.round(1 / share);
        return known(negatives, share)
                ? ""
                : "not known: it takes at least " + needed + " ordinary negatives to see one in " + needed
                        + ", and there are " + negatives;
    }

    private static @Nullable Chance chance(List<Entry> random) {
        if (random.isEmpty()) {
            return null;
        }
        double[] caught = random.stream()
                .map(Entry::onePercent)
                .filter(point -> point != null)
                .mapToDouble(point -> point == null ? 0 : point.positives().share())
                .toArray();
        return new Chance(
                random.size(),
                median(random.stream().mapToDouble(Entry::auroc).toArray()),
                caught.length == 0 ? null : median(caught));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** Takes the figures. */
    private record Measured(RulePass pass) {

        Entry entry(int rule) {
            float[] positives = pass.scores(rule, Group.POSITIVE, Requests.Use.MEASURING);
            float[] negatives = pass.scores(rule, Group.NEGATIVE, Requests.Use.MEASURING);
            float[] hard = pass.scores(rule, Group.HARD, Requests.Use.MEASURING);
            float set = OperatingPoint.threshold(pass.scores(rule, Group.NEGATIVE, Requests.Use.CHOOSING), PERCENT);
            return new Entry(
                    pass.rules().get(rule),
                    Auroc.of(positives, negatives),
                    hard.length == 0 ? null : Auroc.of(positives, hard),
                    point(PERCENT, positives, negatives, hard),
                    point(PER_MILLE, positives, negatives, hard),
                    OperatingPoint.at(set, positives, negatives, hard),
                    median(doubles(pass.scores(rule, Group.POSITIVE, Requests.Use.CHOOSING))));
        }

        private static double[] doubles(float[] scores) {
            return IntStream.range(0, scores.length).mapToDouble(i -> scores[i]).toArray();
        }

        private static @Nullable OperatingPoint point(
                double share, float[] positives, float[] negatives, float[] hard) {
            return known(negatives.length, share)
                    ? OperatingPoint.at(OperatingPoint.threshold(negatives, share), positives, negatives, hard)
                    : null;
        }
    }
}
