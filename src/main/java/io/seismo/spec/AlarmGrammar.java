package io.seismo.spec;

import static io.seismo.spec.Field.absent;
import static io.seismo.spec.Field.optional;
import static io.seismo.spec.Field.required;

import io.seismo.wire.Severity;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The language of watch entries, detectors, alerts and receivers. */
final class AlarmGrammar {

    private static final TextKind<String> TEAM =
            Forms.line("the name of a team", "such as platform", "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private AlarmGrammar() {}

    /** {@code watch.<name>}. */
    static final class Watch {
        static final Field<ReadExpression> READ = required(
                "read", Expressions.read(), "What it reads on a token: topics/1207, max(a/1, b/2), or a probe's name.");
        static final Field<AggregatorSpec> AGGREGATE =
                optional("aggregate", Expressions.aggregate(), "max", "From token signals to a request score.");
        static final Field<Double> FIRES_ABOVE = optional(
                "fires_above", Expressions.threshold(), "0", "A request fires when its score is strictly above this.");
        static final Field<Severity> SEVERITY = required(
                "severity",
                Forms.severity(true),
                "Of alerts about it: page, ticket, info, or shadow, which is computed and recorded but never sent.");
        static final Field<String> TEAM_NAME = absent("team", TEAM, "Who owns it.");
        static final Field<String> LABEL = absent("label", Forms.line(200), "What it is thought to mean.");
        static final Field<String> LABEL_FROM = absent("label_from", Forms.line(128), "Where the label comes from.");
        static final Field<Double> PRIOR =
                absent("prior", Forms.share("such as 0.4%"), "Share of requests expected to fire, from calibration.");
        static final Shape<WatchSpec> SHAPE = new Shape<>(
                "a watch entry",
                Watch::make,
                READ,
                AGGREGATE,
                FIRES_ABOVE,
                SEVERITY,
                TEAM_NAME,
                LABEL,
                LABEL_FROM,
                PRIOR);

        private Watch() {}

        private static WatchSpec make(Values v) {
            Double prior = v.orNull(PRIOR);
            return new WatchSpec(
                    v.get(READ),
                    v.get(AGGREGATE),
                    v.get(FIRES_ABOVE).floatValue(),
                    v.get(SEVERITY),
                    text(v, TEAM_NAME),
                    text(v, LABEL),
                    text(v, LABEL_FROM),
                    prior == null ? 0 : prior);
        }
    }

    /** {@code detectors.<name>}. */
    static final class Detector {
        static final Field<WatchSelection> WATCH = required(
                "watch", Expressions.selection(1_000), "Watch entries it covers: \"*\" for all, a name, or a list.");
        static final Field<String> CUSUM = method("cusum", "Poisson CUSUM on requests that fired.");
        static final Field<String> CAP = method("cap", "Absolute cap on a request's score.");
        static final Field<String> FLOOR = method("floor", "Floor under a share.");
        static final Field<String> CEILING = method("ceiling", "Ceiling over a share.");
        static final Field<String> BAND = method("band", "Band for a mean.");
        static final Field<Long> WINDOW =
                optional("window", Forms.duration("1s", "1d"), "1m", "Length of a window; whole panes.");
        static final Field<List<Double>> SHIFTS = optional(
                "shifts",
                new ListKind<>("rate ratios", NumberKind.real(1.05, 1_000), 8),
                "[2, 5]",
                "Rate ratios it is designed to find quickly.");
        static final Field<Double> FALSE_PAGES = required(
                "false_pages_per_week",
                NumberKind.real(0.0001, 1_000),
                "Expected false pages a week it may spend, over all entries and shifts together.");
        static final Field<Double> ABOVE =
                required("above", Expressions.threshold(), "A score strictly above this is a breach, at once.");
        static final Field<String> SET_BY = required("set_by", Forms.line(128), "Who set the cap, and when.");
        static final Field<String> SOURCE = required(
                "source",
                WordKind.of("a source", "coverage"),
                "What it looks at: coverage, rows seen over rows served.");
        static final Field<String> RECONSTRUCTION = required(
                "source",
                WordKind.of("a source", "reconstruction"),
                "What it looks at: reconstruction, what an SAE leaves of the rows it encodes in full.");
        static final Field<String> L0 = required(
                "source", WordKind.of("a source", "l0"), "What it looks at: l0, how many features fire on a token.");
        static final Field<String> ENCODER =
                required("encoder", Forms.reference(Namespace.ENCODER), "The SAE it looks at.");
        static final Field<Long> LONG_WINDOW = optional(
                "window", Forms.duration("5s", "1d"), "10m", "Length of a window; whole panes, at least five.");
        static final Field<Double> CEILING_ABOVE = required(
                "above",
                Forms.share("such as 40%"),
                "Deviant when the share left unexplained is above this, by more than chance.");
        static final Field<Double> LEAST = required(
                "least", NumberKind.real(0, 1_000_000), "Deviant when fewer features fire, by more than chance.");
        static final Field<Double> MOST = required(
                "most", NumberKind.real(0, 1_000_000), "Deviant when more features fire, by more than chance.");
        static final Field<Double> BELOW =
                required("below", Forms.share("such as 98%"), "Deviant when the share is below this.");
        static final Shape<DetectorSpec.Rate> RATE_SHAPE = new Shape<>(
                "a cusum detector",
                v -> new DetectorSpec.Rate(v.get(WATCH), v.get(WINDOW), v.get(SHIFTS), v.get(FALSE_PAGES)),
                WATCH,
                CUSUM,
                WINDOW,
                SHIFTS,
                FALSE_PAGES);
        static final Shape<DetectorSpec.Cap> CAP_SHAPE = new Shape<>(
                "a cap detector",
                v -> new DetectorSpec.Cap(v.get(WATCH), v.get(ABOVE).floatValue(), v.get(SET_BY)),
                WATCH,
                CAP,
                ABOVE,
                SET_BY);
        static final Shape<DetectorSpec.Floor> FLOOR_SHAPE = new Shape<>(
                "a floor detector",
                v -> new DetectorSpec.Floor(v.get(WINDOW), v.get(BELOW), v.get(FALSE_PAGES)),
                SOURCE,
                FLOOR,
                WINDOW,
                BELOW,
                FALSE_PAGES);

        static final Field<String> MATCH = method("match", "Canaries come as they were recorded.");
        static final Field<String> CANARY = required(
                "source",
                WordKind.of("a source", "canary"),
                "What it looks at: canaries, the rows of known prompts beside those recorded.");
        static final Field<Long> SILENT_AFTER = optional(
                "silent_after",
                Forms.duration("1m", "1d"),
                "15m",
                "Deviant when a canary has not come, as recorded, for longer than this.");
        static final Shape<DetectorSpec.CanaryMatch> CANARY_SHAPE = new Shape<>(
                "a canary detector",
                v -> new DetectorSpec.CanaryMatch(v.get(SILENT_AFTER), v.get(FALSE_PAGES)),
                CANARY,
                MATCH,
                SILENT_AFTER,
                FALSE_PAGES);
        static final Shape<DetectorSpec.Ceiling> CEILING_SHAPE = new Shape<>(
                "a ceiling detector",
                v -> new DetectorSpec.Ceiling(
                        v.get(ENCODER), v.get(LONG_WINDOW), v.get(CEILING_ABOVE), v.get(FALSE_PAGES)),
                RECONSTRUCTION,
                CEILING,
                ENCODER,
                LONG_WINDOW,
                CEILING_ABOVE,
                FALSE_PAGES);
        static final Shape<DetectorSpec.Band> BAND_SHAPE = new Shape<>(
                "a band detector",
                v -> new DetectorSpec.Band(
                        v.get(ENCODER), v.get(LONG_WINDOW), v.get(LEAST), v.get(MOST), v.get(FALSE_PAGES)),
                L0,
                BAND,
                ENCODER,
                LONG_WINDOW,
                LEAST,
                MOST,
                FALSE_PAGES);

        private Detector() {}

        static UnionKind<DetectorSpec> kind() {
            Map<String, Shape<? extends DetectorSpec>> sorts = new LinkedHashMap<>();
            sorts.put("cusum", RATE_SHAPE);
            sorts.put("cap", CAP_SHAPE);
            sorts.put("floor", FLOOR_SHAPE);
            sorts.put("match", CANARY_SHAPE);
            sorts.put("ceiling", CEILING_SHAPE);
            sorts.put("band", BAND_SHAPE);
            Set<String> later = Set.of("negative_binomial", "magnitude", "ewma", "burn_rate", "discovery", "dead");
            return UnionKind.byValue("a detector", "method", sorts, later);
        }

        private static Field<String> method(String word, String doc) {
            return required("method", WordKind.of("the method of this detector", word), doc);
        }
    }

    /** {@code alerts.<name>}. */
    static final class Alert {
        static final Field<List<String>> FROM = required(
                "from",
                new ListKind<>("detectors", Forms.reference(Namespace.DETECTOR), 64),
                "Detectors, any of which raises it.");
        static final Field<Long> FOR =
                optional("for", Forms.duration("0s", "1d"), "0s", "How long the condition must hold before it fires.");
        static final Field<Long> KEEP_FIRING_FOR = optional(
                "keep_firing_for",
                Forms.duration("0s", "7d"),
                "0s",
                "How long it keeps firing after the condition ended.");
        static final Field<Severity> SEVERITY =
                absent("severity", Forms.severity(true), "Instead of the watch entry's.");
        static final Field<String> TEAM_NAME = absent("team", TEAM, "Instead of the watch entry's.");
        static final Field<List<String>> GROUP_BY = optional(
                "group_by",
                new ListKind<>(
                        "labels",
                        WordKind.of(
                                "a label",
                                "alertname",
                                "deployment",
                                "model",
                                "revision",
                                "severity",
                                "source",
                                "team",
                                "watch"),
                        8),
                "[alertname]",
                "Labels receivers group by.");
        static final Field<String> RUNBOOK = absent("runbook", Forms.line(300), "Path or address of the runbook.");
        static final Shape<AlertSpec> SHAPE = new Shape<>(
                "an alert",
                v -> new AlertSpec(
                        v.get(FROM),
                        v.get(FOR),
                        v.get(KEEP_FIRING_FOR),
                        v.orNull(SEVERITY),
                        text(v, TEAM_NAME),
                        v.get(GROUP_BY),
                        text(v, RUNBOOK)),
                FROM,
                FOR,
                KEEP_FIRING_FOR,
                SEVERITY,
                TEAM_NAME,
                GROUP_BY,
                RUNBOOK);

        private Alert() {}
    }

    /** {@code receivers.<name>}. */
    static final class Receiver {
        static final Field<String> LOG = required(
                "log", WordKind.of("a log format", "text", "json"), "Writes a line to Seismo's own log: text or json.");
        static final Field<List<URI>> ALERTMANAGER = required(
                "alertmanager",
                new ListKind<>("addresses", Forms.url(), 16),
                "Posts to every member of an Alertmanager cluster.");
        static final Field<URI> WEBHOOK = required("webhook", Forms.url(), "Posts signed JSON to an address.");
        static final Field<String> SECRET_FILE = absent(
                "secret_file",
                Forms.line(300),
                "File with the key of the signature; the key itself is never in a spec.");
        static final Field<List<Severity>> SEVERITY = optional(
                "severity",
                new ListKind<>("severities", Forms.severity(false), 3),
                "[page, ticket, info]",
                "Severities it is told about.");
        static final Shape<ReceiverSpec.Log> LOG_SHAPE =
                new Shape<>("a log receiver", v -> new ReceiverSpec.Log(v.get(LOG), v.get(SEVERITY)), LOG, SEVERITY);
        static final Shape<ReceiverSpec.Alertmanager> ALERTMANAGER_SHAPE = new Shape<>(
                "an Alertmanager receiver",
                v -> new ReceiverSpec.Alertmanager(v.get(ALERTMANAGER), v.get(SEVERITY)),
                ALERTMANAGER,
                SEVERITY);
        static final Shape<ReceiverSpec.Webhook> WEBHOOK_SHAPE = new Shape<>(
                "a webhook receiver",
                v -> new ReceiverSpec.Webhook(v.get(WEBHOOK), text(v, SECRET_FILE), v.get(SEVERITY)),
                WEBHOOK,
                SECRET_FILE,
                SEVERITY);

        private Receiver() {}

        static UnionKind<ReceiverSpec> kind() {
            Map<String, Shape<? extends ReceiverSpec>> sorts = new LinkedHashMap<>();
            sorts.put("log", LOG_SHAPE);
            sorts.put("alertmanager", ALERTMANAGER_SHAPE);
            sorts.put("webhook", WEBHOOK_SHAPE);
            return UnionKind.byPresence("a receiver", sorts);
        }
    }

    private static String text(Values v, Field<String> field) {
        String text = v.orNull(field);
        return text == null ? "" : text;
    }
}
