package io.seismo.app.features;

import io.seismo.contrast.FeatureFigures;
import io.seismo.contrast.OperatingPoint;
import io.seismo.contrast.Scorecard;
import io.seismo.contrast.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tables of a ranking, as text for a terminal and as Markdown. */
final class RankText {

    private final RankReport report;

    RankText(RankReport report) {
        this.report = report;
    }

    /** One table. */
    record Table(List<String> head, List<List<String>> rows) {

        List<String> plain() {
            int[] widths = new int[head.size()];
            List<List<String>> all = new ArrayList<>(List.of(head));
            all.addAll(rows);
            for (List<String> row : all) {
                for (int c = 0; c < widths.length; c++) {
                    widths[c] = Math.max(widths[c], row.get(c).length());
                }
            }
            List<String> lines = new ArrayList<>();
            for (List<String> row : all) {
                StringBuilder line = new StringBuilder();
                for (int c = 0; c < widths.length; c++) {
                    line.append(row.get(c))
                            .append(" ".repeat(widths[c] - row.get(c).length() + 2));
                }
                lines.add(line.toString().stripTrailing());
            }
            return lines;
        }

        List<String> markdown() {
            List<String> lines = new ArrayList<>();
            lines.add("| " + String.join(" | ", head) + " |");
            lines.add("| " + String.join(" | ", head.stream().map(name -> "---").toList()) + " |");
            for (List<String> row : rows) {
                lines.add("| "
                        + String.join(
                                " | ",
                                row.stream()
                                        .map(cell -> cell.replace("|", "\\|"))
                                        .toList())
                        + " |");
            }
            return lines;
        }
    }

    /** The ranked features. */
    Table features() {
        List<List<String>> rows = new ArrayList<>();
        int rank = 0;
        for (RankReport.Ranked ranked : report.features()) {
            FeatureFigures figures = ranked.figures();
            rows.add(List.of(
                    Integer.toString(++rank),
                    Integer.toString(figures.feature()),
                    auroc(figures.auroc()),
                    auroc(figures.aurocOrdinary()),
                    auroc(figures.aurocHard()),
                    auroc(figures.aurocOther()) + (ranked.otherRank() == 0 ? "" : " (" + ranked.otherRank() + ".)"),
                    number("%.2f", figures.effect()),
                    number("%.2f %%", 100 * figures.density()),
                    number("%.0f %%", 100 * figures.firedPositive()),
                    number("%.0f %%", 100 * figures.firedNegative()),
                    ranked.label() == null ? "" : ranked.label() + " [" + ranked.labelFrom() + "]"));
        }
        return new Table(
                List.of(
                        "rank",
                        "feature",
                        "AUROC",
                        "ordinary",
                        "hard",
                        "other half",
                        "effect",
                        "density",
                        "in positives",
                        "in negatives",
                        "label"),
                rows);
    }

    /** What rules are worth. */
    Table rules() {
        List<List<String>> rows = new ArrayList<>();
        for (Scorecard.Entry entry : report.scorecard().entries()) {
            OperatingPoint one = entry.onePercent();
            OperatingPoint mille = entry.onePerMille();
            rows.add(List.of(
                    entry.rule().name(),
                    auroc(entry.auroc()),
                    entry.aurocHard() == null ? "-" : auroc(entry.aurocHard()),
                    one == null ? "not known" : share(one.positives()),
                    one == null ? "not known" : share(one.hard()),
                    mille == null ? "not known" : share(mille.positives()),
                    Float.toString(entry.asSet().above()),
                    share(entry.asSet().positives()),
                    share(entry.asSet().negatives())));
        }
        Scorecard.Chance chance = report.scorecard().chance();
        if (chance != null) {
            rows.add(List.of(
                    "random feature (median of " + chance.features() + ")",
                    auroc(chance.auroc()),
                    "-",
                    chance.caughtAtOnePercent() == null
                            ? "not known"
                            : number("%.1f %%", 100 * chance.caughtAtOnePercent()),
                    "-",
                    "-",
                    "-",
                    "-",
                    "-"));
        }
        return new Table(
                List.of(
                        "rule",
                        "AUROC",
                        "hard AUROC",
                        "caught at 1 % FPR",
                        "hard negatives there",
                        "caught at 0.1 %",
                        "set above",
                        "caught as set",
                        "FPR as set"),
                rows);
    }

    /** What the figures rest on, a sentence a line. */
    List<String> notes() {
        Scorecard card = report.scorecard();
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "Chosen on %d positive, %d ordinary and %d hard requests; measured on %d, %d and %d %s.",
                card.choosing().get(0),
                card.choosing().get(1),
                card.choosing().get(2),
                card.positives(),
                card.negatives(),
                card.hard(),
                report.heldOut() ? "of the files held out" : "others, the half that a hash of the request id picks"));
        if (card.repeats() > 0) {
            notes.add(card.repeats() + " requests were left out of the measurement: their rows equal, byte for byte,"
                    + " those of a request that rules were chosen on.");
        }
        notes.add("Intervals are 95 %, Clopper and Pearson; they take requests as independent, which paraphrases of one"
                + " text are not, and the threshold of a column at 1 % or 0.1 % as given.");
        notes.add("As set: the threshold is one that at most 1 % of the ordinary requests exceed that rules were chosen"
                + " on; its false positives are counted on the others.");
        if (!card.atOnePercent().isEmpty()) {
            notes.add("1 % of false positives is " + card.atOnePercent() + ".");
        }
        if (!card.atOnePerMille().isEmpty()) {
            notes.add("0.1 % of false positives is " + card.atOnePerMille() + ".");
        }
        notes.add(String.format(
                Locale.ROOT,
                "The logistic probe was fitted on the mean rows of %d requests, lambda %s by cross-validation.",
                report.logistic().samples(),
                Double.toString(report.logistic().lambda())));
        notes.add("The best of the plainer rules is picked on the requests it is measured on, which favours it.");
        if (report.skip().sinkNorm() == 0) {
            notes.add("No row was left out as an attention sink: no sink norm is known, or --skip names none.");
        }
        for (RankReport.FileUse file : report.files()) {
            if (!file.intake().refused().isEmpty()
                    || file.intake().orphanRows() > 0
                    || file.intake().repeated() > 0) {
                notes.add(file.path() + ": refused " + file.intake().refused() + ", rows without a beginning "
                        + file.intake().orphanRows() + ", ids that came again "
                        + file.intake().repeated() + ".");
            }
        }
        return notes;
    }

    /** The card as Markdown. */
    String markdown(String title) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + title);
        lines.add("");
        lines.add("**" + report.scorecard().verdict() + ".**");
        lines.add("");
        lines.addAll(rules().markdown());
        lines.add("");
        notes().forEach(note -> lines.add("- " + note));
        lines.add("");
        lines.add("## Features");
        lines.add("");
        lines.add(candidates());
        lines.add("");
        lines.addAll(features().markdown());
        lines.add("");
        lines.add("## Where this comes from");
        lines.add("");
        lines.add("`seismo features rank`, " + report.date() + ", aggregator `" + report.aggregate() + "`, SAE `"
                + report.sae() + "` sha256 `" + report.digest() + "`.");
        lines.add("");
        List<List<String>> rows = new ArrayList<>();
        for (RankReport.FileUse file : report.files()) {
            rows.add(List.of(
                    file.path(),
                    file.group().toLowerCase(Locale.ROOT) + (file.heldOut() ? ", held out" : ""),
                    "`" + file.sha256() + "`"));
        }
        lines.addAll(new Table(List.of("file", "requests", "sha256"), rows).markdown());
        return String.join("\n", lines) + "\n";
    }

    String candidates() {
        return String.format(
                Locale.ROOT,
                "%,d of %,d features fire in a positive request; %,d rows were scored. Ranked on the choosing half; the"
                        + " column 'other half' was not looked at to rank.",
                report.candidates(),
                report.width(),
                report.scoredRows());
    }

    private static String auroc(double value) {
        return Double.isNaN(value) ? "-" : number("%.3f", value);
    }

    private static String share(@Nullable Share share) {
        return share == null
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.1f %% (%.1f to %.1f)",
                        100 * share.share(),
                        100 * share.low(),
                        100 * share.high());
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
