package io.seismo.app.features;

import io.seismo.app.cli.CommandFailure;
import io.seismo.contrast.Rule;
import io.seismo.contrast.Scorecard;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import io.seismo.weights.Decoder;
import io.seismo.weights.load.WeightLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A spec that watches what was ranked, with where it comes from; parsed before it is handed out. All in shadow, unless a
 * person puts a cap on one of the features in their name.
 */
final class WatchYaml {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,48}");
    private static final int LONGEST_LABEL = 200;

    private final RankReport report;
    private final Setting setting;
    private final List<String> lines = new ArrayList<>();
    private final @Nullable Cap cap;

    /**
     * What the report does not know.
     *
     * @param name entries are called after
     * @param label what they are thought to mean; empty when not given
     * @param probes where probes were written; {@code null} when they were not
     * @param capBy who sets a cap; {@code null} when nobody does
     */
    record Setting(
            String name,
            String label,
            @Nullable Path probes,
            @Nullable String capBy) {

        /** A name for entries from the name of a file. */
        static String name(Path file) {
            String text = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            int dot = text.lastIndexOf('.');
            String name = (dot > 0 ? text.substring(0, dot) : text).replaceAll("[^a-z0-9_-]+", "-");
            return NAME.matcher(name).matches() ? name : "contrast";
        }

        static boolean sound(String name) {
            return NAME.matcher(name).matches();
        }
    }

    WatchYaml(RankReport report, Setting setting) {
        this.report = report;
        this.setting = setting;
        this.cap = setting.capBy() == null ? null : cap(report);
    }

    /** A feature, and the score above which one request is told at once. */
    private record Cap(Rule rule, float above) {}

    /**
     * On the feature that leaves the widest gap, halfway from its threshold to its median positive: above nearly all ordinary
     * requests, below most of what is sought. Features as good by AUROC differ much in that. The gap is taken as far as it
     * moves the input, so that features compare; as a ratio it would favour those that happened not to fire on the few
     * ordinary requests at hand. Looks at the choosing half alone.
     */
    private static Cap cap(RankReport report) {
        double[] norms = WeightLoader.decoder(report.sae()).map(Decoder::norms).orElseGet(() -> ones(report.width()));
        Scorecard.Entry widest = report.scorecard().entries().stream()
                .filter(entry -> entry.rule().kind() == Rule.Kind.FEATURE)
                .max(Comparator.comparingDouble(entry -> norms[entry.rule().feature()]
                        * (entry.median() - entry.asSet().above())))
                .orElseThrow();
        float threshold = widest.asSet().above();
        float above = (float) ((threshold + widest.median()) / 2);
        if (!(above > threshold)) {
            throw new CommandFailure(
                    String.format(
                            Locale.ROOT,
                            "no ranked feature tells the two apart well enough for a cap: of feature %d half of the"
                                    + " positives score at most %.3g, and an ordinary request %.3g",
                            widest.rule().feature(),
                            widest.median(),
                            threshold),
                    "Leave --cap-by out to have it in shadow.");
        }
        return new Cap(widest.rule(), above);
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** The text of the spec. */
    String text() {
        provenance();
        head();
        entries();
        tail();
        String text = String.join("\n", lines) + "\n";
        try {
            SpecParser.parse("watch entries", text);
        } catch (SpecException e) {
            throw new CommandFailure(
                    "what the files say does not make a sound spec: "
                            + e.problems().get(0),
                    "Leave --out away to see the ranking alone.",
                    e);
        }
        return text;
    }

    private void provenance() {
        line(
                "# Written by 'seismo features rank' on %s. %s in shadow: computed and recorded, never sent.",
                report.date(), cap == null ? "Every entry is" : "All but " + name(cap.rule()) + " are");
        line("# SAE       %s, sha256 %s", report.sae(), report.digest());
        for (RankReport.FileUse file : report.files()) {
            line(
                    "# %-9s %s%s, sha256 %s",
                    file.group().toLowerCase(Locale.ROOT),
                    file.path().replaceAll("\\p{Cntrl}", "?"),
                    file.heldOut() ? " (held out)" : "",
                    file.sha256());
        }
        line(
                "# Chosen, and thresholds set, on %s positive, ordinary, hard requests; measured on %d, %d, %d others:",
                report.scorecard().choosing(),
                report.scorecard().positives(),
                report.scorecard().negatives(),
                report.scorecard().hard());
        line("# %s.", report.scorecard().verdict());
    }

    private void head() {
        line("seismo: 1");
        boolean unknown =
                report.facts().model().isEmpty() || report.facts().revision().isEmpty();
        if (unknown) {
            line("# The files do not say model and revision: frames of any other are refused, so name yours here.");
        }
        line(
                "model: { name: %s, revision: %s }",
                SpecText.quoted(
                        report.facts().model().isEmpty()
                                ? "unknown"
                                : report.facts().model()),
                SpecText.quoted(
                        report.facts().revision().isEmpty()
                                ? "unknown"
                                : report.facts().revision()));
        line("taps:");
        line("  rows:");
        line(
                "    hook: %s",
                SpecText.quoted(
                        report.facts().hook().isEmpty()
                                ? "unknown"
                                : report.facts().hook()));
        line("    d_in: %d", report.facts().dIn());
        line(
                "    dtype: %s",
                report.facts().dtype().name().substring("DTYPE_".length()).toLowerCase(Locale.ROOT));
        line("    skip: [%s]", String.join(", ", skipped()));
        if (report.skip().sinkNorm() > 0) {
            line("    sink_norm: %s", SpecText.number(report.skip().sinkNorm()));
        }
        line("encoders:");
        line("  sae: { sae: %s, tap: rows }", SpecText.quoted(report.sae()));
        if (setting.probes() != null) {
            line(
                    "  means: { probe: %s, tap: rows }",
                    SpecText.quoted(setting.probes().resolve(RankProbes.MEANS).toString()));
            line(
                    "  logistic: { probe: %s, tap: rows }",
                    SpecText.quoted(
                            setting.probes().resolve(RankProbes.LOGISTIC).toString()));
        }
    }

    private List<String> skipped() {
        List<String> skipped = new ArrayList<>(List.of("padding"));
        if (report.skip().skipSpecial()) {
            skipped.add("special");
        }
        if (report.skip().skipFirst()) {
            skipped.add("first");
        }
        if (report.skip().sinkNorm() > 0) {
            skipped.add("sinks");
        }
        return skipped;
    }

    private void entries() {
        line("watch:");
        for (Scorecard.Entry entry : report.scorecard().entries()) {
            String read = read(entry.rule());
            if (!read.isEmpty()) {
                line("  %s:", name(entry.rule()));
                line("    read: %s", read);
                line("    aggregate: %s", report.aggregate());
                line("    fires_above: %s", SpecText.number(entry.asSet().above()));
                line("    severity: %s", cap != null && cap.rule().equals(entry.rule()) ? "page" : "shadow");
                label(entry.rule());
            }
        }
    }

    private void label(Rule rule) {
        RankReport.Ranked ranked = report.features().stream()
                .filter(feature ->
                        rule.kind() == Rule.Kind.FEATURE && feature.figures().feature() == rule.feature())
                .findFirst()
                .orElse(null);
        if (!setting.label().isEmpty()) {
            line("    label: %s", SpecText.quoted(setting.label()));
        } else if (ranked != null && ranked.label() != null && ranked.labelFrom() != null) {
            line("    label: %s", SpecText.quoted(shortened(ranked.label())));
            line("    label_from: %s", SpecText.quoted(ranked.labelFrom()));
            return;
        }
        line("    label_from: %s", SpecText.quoted(from()));
    }

    /** Within the 128 characters of a {@code label_from}: the comments above hold the digests in full. */
    private String from() {
        StringBuilder from = new StringBuilder("contrast " + report.date() + " sae:" + brief(report.digest()));
        for (RankReport.FileUse file : report.files()) {
            String word = " " + file.group().toLowerCase(Locale.ROOT) + ":" + brief(file.sha256());
            if (!file.heldOut() && from.length() + word.length() <= 128) {
                from.append(word);
            }
        }
        return from.toString();
    }

    private static String brief(String digest) {
        return digest.substring(0, 12);
    }

    private String read(Rule rule) {
        return switch (rule.kind()) {
            case FEATURE -> "sae/" + rule.feature();
            case MEANS -> setting.probes() == null ? "" : "means";
            case LOGISTIC -> setting.probes() == null ? "" : "logistic";
            case KEYWORDS, NORM, RANDOM -> "";
        };
    }

    private String name(Rule rule) {
        return setting.name() + "-"
                + (rule.kind() == Rule.Kind.FEATURE
                        ? rule.feature()
                        : rule.kind().name().toLowerCase(Locale.ROOT));
    }

    private void tail() {
        line("detectors:");
        line("  rate: { watch: \"*\", method: cusum, false_pages_per_week: 1 }");
        if (cap != null) {
            line("  # Halfway from fires_above to the median score of the positives it was chosen on.");
            line(
                    "  never: { watch: [%s], method: cap, above: %s, set_by: %s }",
                    name(cap.rule()),
                    SpecText.number(cap.above()),
                    SpecText.quoted(setting.capBy() + " " + report.date()));
        }
        line("  blind: { source: coverage, method: floor, below: 98%%, false_pages_per_week: 0.1 }");
        line("alerts:");
        line("  FeatureSpike: { from: [%s], keep_firing_for: 10m }", cap == null ? "rate" : "rate, never");
        line("  MonitorBlind: { from: [blind], for: 5m, severity: ticket }");
    }

    static String shortened(String label) {
        String clean = label.replaceAll("[\\x00-\\x1f\\x7f]", " ");
        int end = clean.offsetByCodePoints(0, Math.min(LONGEST_LABEL, clean.codePointCount(0, clean.length())));
        String cut = clean.substring(0, end);
        return cut.length() <= LONGEST_LABEL ? cut : cut.substring(0, LONGEST_LABEL - 1);
    }

    private void line(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }
}
