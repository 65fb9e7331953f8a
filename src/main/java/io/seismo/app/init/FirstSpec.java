package io.seismo.app.init;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.features.SpecText;
import io.seismo.contrast.RequestFile;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import io.seismo.weights.load.WeightCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text of a first spec; parsed and planned before it is handed out. */
final class FirstSpec {

    private static final float SINK_FACTOR = 10;
    private static final String UNKNOWN = "unknown";

    private final String location;
    private final String hook;
    private final RequestFile.Facts facts;
    private final FrameSurvey.Seen seen;
    private final float sinkNorm;
    private final List<String> lines = new ArrayList<>();

    /** @param sinkNorm as the SAE says it; 0 when it does not */
    FirstSpec(String location, String hook, RequestFile.Facts facts, FrameSurvey.Seen seen, float sinkNorm) {
        this.location = location;
        this.hook = hook;
        this.facts = facts;
        this.seen = seen;
        this.sinkNorm = sinkNorm;
    }

    String text(String name) {
        model();
        tap();
        watch();
        String text = String.join("\n", lines) + "\n";
        try {
            SpecDocument document = SpecParser.parse(name, text);
            Planner.plan(document, new WeightCatalog(), 1);
            return text;
        } catch (SpecException e) {
            throw new CommandFailure(
                    "what the files say does not make a sound spec: "
                            + e.problems().get(0),
                    "See spec.md, and write it by hand.",
                    e);
        }
    }

    private void model() {
        line("# Written by 'seismo init'. See src/site/markdown/spec.md for every key.");
        line("seismo: 1");
        if (facts.model().isEmpty() || facts.revision().isEmpty()) {
            line("# Neither rows nor SAE say model and revision: frames of any other are refused, so name yours here.");
        }
        line("model: { name: %s, revision: %s }", stated(facts.model()), stated(facts.revision()));
    }

    private void tap() {
        line("taps:");
        line("  rows:");
        line("    hook: %s", SpecText.quoted(hook));
        line("    d_in: %d", facts.dIn());
        line("    dtype: %s", facts.dtype().name().substring("DTYPE_".length()).toLowerCase(Locale.ROOT));
        line("    skip: [special, padding, first, sinks]");
        if (sinkNorm == 0) {
            line("    # Ten times the median of the rows that were looked at.");
            line("    sink_norm: %s", SpecText.number(Math.max(1, seen.medianNorm() * SINK_FACTOR)));
        }
        line("encoders:");
        line("  sae: { sae: %s, tap: rows, full: 10%% of requests }", SpecText.quoted(location));
    }

    private void watch() {
        line("watch:");
        line(
                "  # An example, the feature that fired on the fewest rows. 'seismo features rank' and 'search' find yours.");
        line("  example: { read: sae/%d, fires_above: 0, severity: shadow }", Math.max(0, seen.rarest()));
        line("detectors:");
        line("  rate: { watch: \"*\", method: cusum, window: 1m, shifts: [2, 5], false_pages_per_week: 1 }");
        line("  blind: { source: coverage, method: floor, below: 98%%, false_pages_per_week: 0.1 }");
        line("alerts:");
        line("  FeatureSpike: { from: [rate], keep_firing_for: 10m }");
        line("  MonitorBlind: { from: [blind], for: 5m, severity: ticket }");
        line("receivers:");
        line("  log: { log: text, severity: [page, ticket, info] }");
    }

    private static String stated(String text) {
        return SpecText.quoted(text.isEmpty() ? UNKNOWN : text);
    }

    private void line(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values));
    }
}
