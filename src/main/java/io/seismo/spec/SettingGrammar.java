package io.seismo.spec;

import static io.seismo.spec.Field.absent;
import static io.seismo.spec.Field.optional;

/** The language of settings that have defaults: time, requests, baseline, partitions, links, retention. */
final class SettingGrammar {

    private static final Field<Long> PANE =
            optional("pane", Forms.duration("1s", "1m"), "10s", "Length of a pane; must divide a minute.");
    private static final Field<Long> GRACE =
            optional("grace", Forms.duration("0s", "10m"), "10s", "How long after its end a pane stays open.");
    private static final Field<Long> LEAD =
            optional("lead", Forms.duration("0s", "10m"), "10s", "How far ahead of a partition's time a frame may be.");

    static final Shape<Timing> TIME = new Shape<>("time", SettingGrammar::time, PANE, GRACE, LEAD);

    private static final Field<Long> IDLE = optional(
            "idle", Forms.duration("1s", "1h"), "60s", "A request closes when nothing has come for this long.");
    private static final Field<Long> MAX_AGE =
            optional("max_age", Forms.duration("1s", "1d"), "10m", "A request closes at this age.");
    private static final Field<Integer> MAX_OPEN = optional(
            "max_open",
            NumberKind.integer(1, 1_000_000),
            "20000",
            "Open requests a partition holds before it closes the oldest.");

    static final Shape<MonitorPlan.RequestLife> REQUESTS =
            new Shape<>("requests", SettingGrammar::requests, IDLE, MAX_AGE, MAX_OPEN);

    private static final Field<Long> LAG =
            optional("lag", Forms.duration("0s", "30d"), "6h", "The most recent past that never enters a baseline.");
    private static final Field<Integer> WARM_REQUESTS = optional(
            "warm_requests",
            NumberKind.integer(0, 1_000_000_000),
            "2000",
            "Requests a baseline needs before it may judge.");
    private static final Field<Long> WARM_FOR =
            optional("warm_for", Forms.duration("0s", "30d"), "1d", "Event time a baseline needs before it may judge.");

    static final Shape<MonitorPlan.BaselinePolicy> BASELINE = new Shape<>(
            "a baseline",
            v -> new MonitorPlan.BaselinePolicy(v.get(LAG), v.get(WARM_REQUESTS), v.get(WARM_FOR)),
            LAG,
            WARM_REQUESTS,
            WARM_FOR);

    private static final Field<Integer> ACTIVATIONS =
            optional("activations", NumberKind.integer(1, 4_096), "32", "P, of activations and features.");
    private static final Field<Integer> WATCH_PARTITIONS =
            optional("watch", NumberKind.integer(1, 1_024), "16", "W, of pane-partials.");

    static final Shape<MonitorPlan.Shape> PARTITIONS = new Shape<>(
            "partitions",
            v -> new MonitorPlan.Shape(v.get(ACTIVATIONS), v.get(WATCH_PARTITIONS)),
            ACTIVATIONS,
            WATCH_PARTITIONS);

    private static final Field<String> REQUEST = absent(
            "request",
            Forms.line(
                    "an address with a place for the request",
                    "such as https://traces.example.org/trace/{trace_id}, or with {request_id}",
                    "https?://[^\\s{}]{1,200}\\{(?:trace_id|request_id)\\}[^\\s{}]{0,200}"),
            "Address of a request elsewhere, with {trace_id} or {request_id}.");

    static final Shape<MonitorSpec.LinksSpec> LINKS = new Shape<>("links", SettingGrammar::links, REQUEST);

    private static final Field<Long> KEEP_ACTIVATIONS =
            optional("activations", Forms.duration("1m", "365d"), "6h", "The input.");
    private static final Field<Long> KEEP_OF_ALERTS = optional(
            "activations_of_alerts",
            Forms.duration("1m", "3650d"),
            "30d",
            "Input copied aside because an alert fired.");
    private static final Field<Long> KEEP_FEATURES =
            optional("features", Forms.duration("1m", "3650d"), "30d", "The encoded input, which exact replay reads.");
    private static final Field<Long> KEEP_ALERTS =
            optional("alerts", Forms.duration("1m", "3650d"), "400d", "The alert log.");

    static final Shape<MonitorSpec.KeepSpec> KEEP = new Shape<>(
            "keep",
            v -> new MonitorSpec.KeepSpec(
                    v.get(KEEP_ACTIVATIONS), v.get(KEEP_OF_ALERTS), v.get(KEEP_FEATURES), v.get(KEEP_ALERTS)),
            KEEP_ACTIVATIONS,
            KEEP_OF_ALERTS,
            KEEP_FEATURES,
            KEEP_ALERTS);

    private SettingGrammar() {}

    private static Timing time(Values v) {
        long pane = v.get(PANE);
        if (60_000 % pane != 0) {
            throw new IllegalArgumentException("a pane must divide a minute evenly, which " + pane + " ms does not");
        }
        return new Timing(pane, v.get(GRACE), v.get(LEAD));
    }

    private static MonitorPlan.RequestLife requests(Values v) {
        if (v.get(IDLE) > v.get(MAX_AGE)) {
            throw new IllegalArgumentException("idle must not be longer than max_age");
        }
        return new MonitorPlan.RequestLife(v.get(IDLE), v.get(MAX_AGE), v.get(MAX_OPEN));
    }

    private static MonitorSpec.LinksSpec links(Values v) {
        String request = v.orNull(REQUEST);
        return new MonitorSpec.LinksSpec(request == null ? "" : request);
    }
}
