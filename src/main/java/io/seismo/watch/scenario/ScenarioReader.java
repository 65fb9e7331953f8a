package io.seismo.watch.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.seismo.spec.CanaryFacts;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EncoderFacts;
import io.seismo.spec.EncoderSpec;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecParser;
import io.seismo.watch.Caps;
import io.seismo.wire.AlertState;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a scenario: {@code scenario}, {@code given}, {@code when}, {@code then}. Unknown and repeated keys are refused.
 *
 * <pre>
 * scenario: A threefold rise is found
 * given:
 *   spec_file: ../monitor.yaml          # or spec: | … the spec's text
 *   start: 2026-11-20T14:00:00Z         # default; a full minute
 *   seed: 1                             # of draws written ~2x59
 * when:
 *   interval: 1m                        # default: a pane
 *   requests: 100x59
 *   fired: { phishing: 1x29 3x29 }
 *   breaches: { never/phishing: 0x30 1 }
 *   coverage: 1x59
 *   canaries: { greeting: 1x59, greeting/layer: _x30 1 }   # those that match, and those that are named
 * then:
 *   - { alert: FeatureSpike, on: phishing, at: 29m, state: inactive }
 *   - { alert: FeatureSpike, on: phishing, reaches: firing, after: 30m, before: 40m }
 *   - { alert: FeatureSpike, on: phishing, never: resolved }
 * </pre>
 */
public final class ScenarioReader {

    private static final int MAX_CHARS = 1 << 20;
    private static final String DEFAULT_START = "2026-11-20T14:00:00Z";
    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,5})m)?(?:(\\d{1,6})s)?");
    private static final ObjectMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private final String file;
    private final Function<String, String> files;

    private ScenarioReader(String file, Function<String, String> files) {
        this.file = file;
        this.files = files;
    }

    /**
     * Reads a scenario.
     *
     * @param file its name, for messages
     * @param text its YAML
     * @param files gives the text of a spec file, by the path as written
     * @throws ScenarioException with everything needed to mend it
     */
    public static Scenario read(String file, String text, Function<String, String> files) {
        return new ScenarioReader(file, files).read(text);
    }

    private Scenario read(String text) {
        JsonNode root = tree(text);
        keys("", root, "scenario", "given", "when", "then");
        JsonNode given = root.path("given");
        keys("given", given, "spec", "spec_file", "start", "seed");
        JsonNode when = root.path("when");
        keys("when", when, "interval", "requests", "fired", "breaches", "coverage", "canaries");
        MonitorPlan plan = plan(given);
        Scenario.Clock clock = clock(plan, given, when);
        Traffic traffic = traffic(plan, when, given.path("seed").asLong(1));
        return new Scenario(text(root, "scenario", ""), plan, clock, traffic, expectations(plan, root.path("then")));
    }

    private JsonNode tree(String text) {
        if (text.length() > MAX_CHARS) {
            throw problem("", "is longer than " + MAX_CHARS + " characters");
        }
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ScenarioException(file + ": not YAML: " + e.getOriginalMessage(), e);
        }
    }

    private MonitorPlan plan(JsonNode given) {
        if (given.has("spec") == given.has("spec_file")) {
            throw problem("given", "needs either spec, the spec's text, or spec_file, its path");
        }
        boolean inline = given.has("spec");
        String name = inline ? file + " given.spec" : text(given, "spec_file", "given.");
        try {
            SpecDocument spec = SpecParser.parse(name, inline ? text(given, "spec", "given.") : files.apply(name));
            return onePartition(Planner.plan(spec, catalog(spec), 1));
        } catch (SpecException e) {
            throw new ScenarioException(e.getMessage() == null ? name : e.getMessage(), e);
        }
    }

    private static EncoderCatalog catalog(SpecDocument spec) {
        return new EncoderCatalog() {
            @Override
            public EncoderFacts facts(String location) {
                return ScenarioReader.facts(spec, location);
            }

            @Override
            public CanaryFacts canary(String location) {
                MonitorSpec.ModelSpec model = spec.spec().model();
                TreeMap<String, CanaryFacts.Hook> hooks = new TreeMap<>();
                spec.spec()
                        .taps()
                        .values()
                        .forEach(tap -> hooks.put(tap.hook(), new CanaryFacts.Hook(tap.dtype(), tap.dIn())));
                return new CanaryFacts(model.name(), model.revision(), 1, hooks, Double.POSITIVE_INFINITY, location);
            }
        };
    }

    /** A scenario speaks of counts, so any weights and recordings that would fit do. */
    private static EncoderFacts facts(SpecDocument spec, String location) {
        for (EncoderSpec encoder : spec.spec().encoders().values()) {
            if (encoder.location().equals(location)) {
                int dIn = Objects.requireNonNull(spec.spec().taps().get(encoder.tap()), "the parser knows the tap")
                        .dIn();
                EncoderFacts facts =
                        encoder instanceof EncoderSpec.Probe ? EncoderFacts.probe(dIn) : EncoderFacts.sae(dIn, 1 << 22);
                return facts.measured(1, 1);
            }
        }
        throw new IllegalArgumentException("no encoder at " + location);
    }

    /** How traffic is partitioned changes no verdict, so a scenario need not pay for it. */
    private static MonitorPlan onePartition(MonitorPlan plan) {
        return new MonitorPlan(
                plan.epoch(),
                plan.specHash(),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.timing(),
                new MonitorPlan.Shape(1, 1),
                plan.requestLife(),
                plan.baseline(),
                plan.taps(),
                plan.columns(),
                plan.watches(),
                plan.detectors(),
                plan.alerts(),
                plan.canaries());
    }

    private Scenario.Clock clock(MonitorPlan plan, JsonNode given, JsonNode when) {
        String start = given.path("start").asText(DEFAULT_START);
        long paneMs = plan.timing().paneMs();
        long interval = when.has("interval") ? duration(when, "interval", "when.") : paneMs;
        if (interval < paneMs || interval % paneMs != 0) {
            throw problem("when.interval", "must be a whole number of panes of " + paneMs + " ms");
        }
        try {
            long startMs = Instant.parse(start).toEpochMilli();
            if (startMs < 0 || startMs % 60_000 != 0) {
                throw problem("given.start", "must be a full minute since 1970, not " + start);
            }
            return new Scenario.Clock(startMs, interval);
        } catch (DateTimeParseException e) {
            throw new ScenarioException(file + ": given.start: write it as " + DEFAULT_START + ", not " + start, e);
        }
    }

    private Traffic traffic(MonitorPlan plan, JsonNode when, long seed) {
        double[] requests = series(when, "requests", "when.", seed);
        TreeMap<String, double[]> fired = new TreeMap<>();
        TreeMap<String, double[]> breaches = new TreeMap<>();
        for (String watch : names(when.path("fired"))) {
            require(plan.watches().stream().anyMatch(w -> w.id().equals(watch)), "when.fired", "no entry " + watch);
            double[] series = series(when.path("fired"), watch, "when.fired.", seed + 101L * (fired.size() + 1));
            for (int i = 0; i < series.length; i++) {
                boolean possible = series[i] == 0 || (i < requests.length && series[i] <= requests[i]);
                require(possible, "when.fired." + watch, "more fire than come in interval " + i);
            }
            fired.put(watch, series);
        }
        for (String key : names(when.path("breaches"))) {
            String[] parts = key.split("/", -1);
            boolean known = parts.length == 2 && Caps.of(plan, parts[1]).contains(parts[0]);
            require(known, "when.breaches", "write detector/watch of a cap, not " + key);
            breaches.put(key, series(when.path("breaches"), key, "when.breaches.", seed + 7));
        }
        double[] coverage = when.has("coverage") ? series(when, "coverage", "when.", seed + 13) : new double[0];
        return new Traffic(requests, fired, breaches, coverage, canaries(plan, when.path("canaries"), seed));
    }

    private TreeMap<String, double[]> canaries(MonitorPlan plan, JsonNode node, long seed) {
        TreeMap<String, double[]> canaries = new TreeMap<>();
        for (String key : names(node)) {
            String[] parts = key.split("/", -1);
            boolean known =
                    plan.canaries().stream().anyMatch(canary -> canary.name().equals(parts[0]));
            boolean named = parts.length == 1 || (parts.length == 2 && Traffic.finding(key) != null);
            require(
                    known && named,
                    "when.canaries",
                    "write a canary, or canary/finding such as greeting/layer, not " + key);
            canaries.put(key, series(node, key, "when.canaries.", seed + 29));
        }
        return canaries;
    }

    private List<Expectation> expectations(MonitorPlan plan, JsonNode then) {
        require(then.isArray() && !then.isEmpty(), "then", "needs at least one expectation");
        List<Expectation> expectations = new ArrayList<>();
        for (int i = 0; i < then.size(); i++) {
            String place = "then[" + i + "]";
            JsonNode node = then.get(i);
            keys(place, node, "alert", "on", "at", "state", "summary", "reaches", "after", "before", "never");
            Expectation expectation = expectation(node, place + ".");
            require(
                    plan.alerts().stream().anyMatch(a -> a.name().equals(expectation.alert())),
                    place + ".alert",
                    "no alert " + expectation.alert());
            require(
                    known(plan, expectation.on()),
                    place + ".on",
                    expectation.on() + " is neither a watch entry nor a detector");
            expectations.add(expectation);
        }
        return expectations;
    }

    private Expectation expectation(JsonNode node, String place) {
        String alert = text(node, "alert", place);
        String on = text(node, "on", place);
        if (node.has("state") && node.has("at") && !node.has("reaches") && !node.has("never")) {
            String summary = node.has("summary") ? text(node, "summary", place) : "";
            return new Expectation.StateAt(
                    alert, on, duration(node, "at", place), state(node, "state", place), summary);
        }
        if (node.has("reaches") && !node.has("state") && !node.has("never")) {
            return new Expectation.Reaches(
                    alert,
                    on,
                    state(node, "reaches", place),
                    duration(node, "after", place),
                    duration(node, "before", place));
        }
        if (node.has("never") && !node.has("state") && !node.has("reaches")) {
            return new Expectation.Never(alert, on, state(node, "never", place));
        }
        throw problem(place, "write at and state, or reaches with after and before, or never");
    }

    private static boolean known(MonitorPlan plan, String on) {
        return plan.watches().stream().anyMatch(watch -> watch.id().equals(on))
                || plan.detectors().stream().anyMatch(detector -> detector.id().equals(on));
    }

    private AlertState state(JsonNode node, String key, String place) {
        return switch (text(node, key, place)) {
            case "inactive" -> AlertState.ALERT_STATE_INACTIVE;
            case "pending" -> AlertState.ALERT_STATE_PENDING;
            case "firing" -> AlertState.ALERT_STATE_FIRING;
            case "resolved" -> AlertState.ALERT_STATE_RESOLVED;
            default -> throw problem(place + key, "is one of inactive, pending, firing, resolved");
        };
    }

    private double[] series(JsonNode node, String key, String place, long seed) {
        try {
            return Series.parse(text(node, key, place), seed);
        } catch (IllegalArgumentException e) {
            throw new ScenarioException(file + ": " + place + key + ": " + e.getMessage(), e);
        }
    }

    private long duration(JsonNode node, String key, String place) {
        String text = text(node, key, place);
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw problem(place + key, "is a time such as 90s, 35m or 1h30m, not " + text);
        }
        return 1000 * (3600 * part(matcher, 1) + 60 * part(matcher, 2) + part(matcher, 3));
    }

    private static long part(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }

    private String text(JsonNode node, String key, String place) {
        JsonNode value = node.path(key);
        require(value.isValueNode() && !value.isNull(), place + key, "is missing or not a single value");
        return value.asText();
    }

    private static List<String> names(JsonNode map) {
        List<String> names = new ArrayList<>();
        map.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void keys(String place, JsonNode node, String... allowed) {
        require(node.isObject(), place, "is missing or not a map");
        Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
        while (fields.hasNext()) {
            String key = fields.next().getKey();
            require(
                    List.of(allowed).contains(key),
                    place,
                    "does not know the key " + key + "; it knows " + String.join(", ", allowed));
        }
    }

    private void require(boolean holds, String place, String message) {
        if (!holds) {
            throw problem(place, message);
        }
    }

    private ScenarioException problem(String place, String message) {
        return new ScenarioException(file + ": " + (place.isEmpty() ? "" : place + ": ") + message);
    }
}
