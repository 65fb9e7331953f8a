package io.seismo.telemetry;

import java.util.List;

/**
 * Every metric of Seismo: name, kind, unit, attribute keys. Dashboards, rules and documents use only these; a test
 * checks it.
 *
 * <p>Values of attributes come from closed sets: enums of the wire format, roles, partitions, and the names of watch
 * entries, alerts and receivers in the spec.
 */
public enum Instrument {
    /** Always 1; says what runs. */
    BUILD("seismo.build", Kind.GAUGE, "{build}", "Version that runs.", "version"),
    /** Number of the epoch in force. */
    SPEC_EPOCH("seismo.spec.epoch", Kind.GAUGE, "{epoch}", "Number of the epoch each role has come to.", "role"),

    FRAMES_ACCEPTED("seismo.frames.accepted", Kind.COUNTER, "{frame}", "Frames accepted and encoded."),
    FRAMES_MISSING("seismo.frames.missing", Kind.COUNTER, "{frame}", "Frames that sources sent and nobody saw."),
    RECORDS_REFUSED("seismo.records.refused", Kind.COUNTER, "{record}", "Records refused, by reason.", "reason"),
    ROWS_SEEN("seismo.rows.seen", Kind.COUNTER, "{row}", "Token rows of accepted frames, by kind.", "kind"),
    CANARIES(
            "seismo.canaries",
            Kind.COUNTER,
            "{segment}",
            "Segments of canaries, by what they look like beside those recorded.",
            "canary",
            "finding"),
    /** Watch and full graphs together, of frames that had rows to encode; reading and checking a frame is not part of it. */
    ENCODE_DURATION("seismo.encode.duration", Kind.HISTOGRAM, "s", "Time a frame spent in the encoders."),
    /** Once for each session; from then to the end of the process. */
    ENCODER_FALLBACKS(
            "seismo.encoder.fallbacks",
            Kind.COUNTER,
            "{session}",
            "Sessions that run on the processor because a GPU could not be used, by device.",
            "device"),
    /** Set at each tick; 0 when the partition has gone to another process. */
    REQUESTS_OPEN("seismo.requests.open", Kind.GAUGE, "{request}", "Requests open now, by partition.", "partition"),
    REQUESTS_CLOSED("seismo.requests.closed", Kind.COUNTER, "{request}", "Requests scored, by what closed them.", "by"),
    ROWS_ORPHANED("seismo.rows.orphaned", Kind.COUNTER, "{row}", "Rows whose request's beginning was never seen."),

    PANES_CLOSED("seismo.panes.closed", Kind.COUNTER, "{pane}", "Panes closed by partitions of features."),
    PANES_MERGED("seismo.panes.merged", Kind.COUNTER, "{pane}", "Panes merged by watch partitions."),
    PANE_LATENCY(
            "seismo.pane.latency", Kind.HISTOGRAM, "s", "From the end of a pane to its verdicts; grace is part of it."),
    /** Set by the clock role from {@code pane-digests}. */
    PANE_AGE("seismo.pane.age", Kind.GAUGE, "s", "Age of the last pane merged, by watch partition.", "partition"),
    /** Over the panes of the last minute; absent until a source that sends heartbeats was seen. */
    COVERAGE("seismo.coverage", Kind.GAUGE, "1", "Rows accounted for over rows that sources said they served."),

    /** Over the last minutes, where a detector with source reconstruction looks at the SAE. */
    SAE_UNEXPLAINED(
            "seismo.sae.unexplained", Kind.GAUGE, "1", "Share of its rows that an SAE leaves unexplained.", "encoder"),
    /** Over the last minutes, where a detector with source reconstruction or l0 looks at the SAE. */
    SAE_ACTIVE("seismo.sae.active", Kind.GAUGE, "{feature}", "Features of an SAE that fire on a token.", "encoder"),

    WATCH_FIRED("seismo.watch.fired", Kind.COUNTER, "{request}", "Requests that fired, by watch entry.", "watch"),
    WATCH_SCORE_MAX(
            "seismo.watch.score.max", Kind.GAUGE, "{score}", "Largest request score of the last pane.", "watch"),

    BREACHES("seismo.breaches", Kind.COUNTER, "{request}", "Requests above an absolute cap.", "watch"),
    BREACH_LATENCY("seismo.breach.latency", Kind.HISTOGRAM, "s", "From a frame's timestamp to the breach written."),
    ALERT_TRANSITIONS(
            "seismo.alerts.transitions", Kind.COUNTER, "{transition}", "Alerts that moved.", "alert", "severity", "to"),
    ALERTS_FIRING("seismo.alerts.firing", Kind.GAUGE, "{alert}", "Alerts that fire now.", "alert", "severity"),

    NOTIFY_DELIVERIES(
            "seismo.notify.deliveries",
            Kind.COUNTER,
            "{delivery}",
            "Notifications, by outcome.",
            "receiver",
            "outcome"),
    NOTIFY_DURATION("seismo.notify.duration", Kind.HISTOGRAM, "s", "One attempt at a notification.", "receiver"),
    NOTIFY_PENDING("seismo.notify.pending", Kind.GAUGE, "{delivery}", "Notifications that wait for another attempt."),

    TICKS_WRITTEN("seismo.ticks.written", Kind.COUNTER, "{tick}", "Ticks written, over all partitions."),
    CLOCK_FAILURES("seismo.clock.failures", Kind.COUNTER, "{tick}", "Ticks that could not be written.");

    /** What an instrument does with a value. */
    public enum Kind {
        /** Adds up. */
        COUNTER,
        /** Keeps the last. */
        GAUGE,
        /** Distributes over fixed buckets. */
        HISTOGRAM
    }

    private final String id;
    private final Kind kind;
    private final String unit;
    private final String description;
    private final List<String> keys;

    Instrument(String id, Kind kind, String unit, String description, String... keys) {
        this.id = id;
        this.kind = kind;
        this.unit = unit;
        this.description = description;
        this.keys = List.of(keys);
    }

    /** OpenTelemetry name, such as {@code seismo.records.refused}. */
    public String id() {
        return id;
    }

    /** What it does with a value. */
    public Kind kind() {
        return kind;
    }

    /** UCUM unit. */
    public String unit() {
        return unit;
    }

    /** One sentence. */
    public String description() {
        return description;
    }

    /** Attribute keys, in the order values are given. */
    public List<String> keys() {
        return keys;
    }

    /** Name in Prometheus text, such as {@code seismo_records_refused_total}; of a histogram without its suffixes. */
    public String prometheusName() {
        String name = id.replace('.', '_');
        return switch (kind) {
            case COUNTER -> name + "_total";
            case GAUGE, HISTOGRAM -> unit.equals("s") ? name + "_seconds" : name;
        };
    }
}
