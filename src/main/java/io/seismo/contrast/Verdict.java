package io.seismo.contrast;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Says who won: the first feature, or the best of the plainer rules. At 1 % of false positives where that is known, by
 * the positives that each catches alone ({@link Binomial#paired}); else by AUROC, without a test.
 */
final class Verdict {

    private static final double SURE = 0.05;

    private final RulePass pass;

    Verdict(RulePass pass) {
        this.pass = pass;
    }

    String words(List<Scorecard.Entry> entries) {
        List<Scorecard.Entry> others = new ArrayList<>(entries);
        others.removeIf(entry -> entry.rule().kind() == Rule.Kind.FEATURE);
        Scorecard.Entry feature = entries.stream()
                .filter(entry -> entry.rule().kind() == Rule.Kind.FEATURE)
                .findFirst()
                .orElseThrow();
        Scorecard.Entry other = best(others);
        return feature.onePercent() == null || other.onePercent() == null
                ? byAuroc(feature, other)
                : byCaught(feature, feature.onePercent(), other, other.onePercent());
    }

    private static Scorecard.Entry best(List<Scorecard.Entry> others) {
        Scorecard.Entry best = others.get(0);
        for (Scorecard.Entry entry : others) {
            int more = Integer.compare(caught(entry), caught(best));
            if (more > 0 || (more == 0 && entry.auroc() > best.auroc())) {
                best = entry;
            }
        }
        return best;
    }

    private static int caught(Scorecard.Entry entry) {
        return entry.onePercent() == null ? 0 : entry.onePercent().positives().count();
    }

    private static String byAuroc(Scorecard.Entry feature, Scorecard.Entry other) {
        boolean won = feature.auroc() > other.auroc();
        return String.format(
                Locale.ROOT,
                "%s by AUROC, %.3f against %.3f of the %s; too few negatives to say anything at 1 %% of false positives",
                won ? "The SAE is ahead" : "The SAE is not ahead",
                feature.auroc(),
                other.auroc(),
                other.rule().name());
    }

    private String byCaught(Scorecard.Entry feature, OperatingPoint own, Scorecard.Entry other, OperatingPoint others) {
        int alone = 0;
        int otherAlone = 0;
        float[] mine = scores(feature.rule());
        float[] theirs = scores(other.rule());
        for (int i = 0; i < mine.length; i++) {
            boolean fires = mine[i] > own.above();
            boolean otherFires = theirs[i] > others.above();
            alone += fires && !otherFires ? 1 : 0;
            otherAlone += otherFires && !fires ? 1 : 0;
        }
        double p = Binomial.paired(alone, otherAlone);
        String who = p >= SURE ? "Not told apart" : alone > otherAlone ? "The SAE won" : "The SAE lost";
        return String.format(
                Locale.ROOT,
                "%s: at 1 %% of false positives %s catches %d of %d, the %s %d (%d against %d caught by one alone,"
                        + " p = %.2g, exact McNemar)",
                who,
                feature.rule().name(),
                own.positives().count(),
                own.positives().of(),
                other.rule().name(),
                others.positives().count(),
                alone,
                otherAlone,
                p);
    }

    private float[] scores(Rule rule) {
        return pass.scores(pass.rules().indexOf(rule), Group.POSITIVE, Requests.Use.MEASURING);
    }
}
