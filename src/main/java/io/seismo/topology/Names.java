package io.seismo.topology;

/** Every node and store of the two topologies, in one place; the goldens in {@code topology/} list them. */
final class Names {

    static final String ACTIVATIONS_SOURCE = "activations";
    static final String ENCODE = "encode";
    static final String FEATURES_SINK = "features";
    static final String SCORE = "score";
    static final String REQUEST_SCORES_SINK = "request-scores";
    static final String BREACHES_SINK = "breaches";
    static final String PANE_PARTIALS_SINK = "pane-partials";
    static final String SCORE_SNAPSHOTS_SINK = "score-snapshots";

    static final String PANE_PARTIALS_SOURCE = "pane-partials";
    static final String WATCH = "watch";
    static final String ALERT_LOG_SINK = "alert-log";
    static final String ALERTS_SINK = "alerts";
    static final String PANE_DIGESTS_SINK = "pane-digests";
    static final String WATCH_SNAPSHOTS_SINK = "watch-snapshots";

    /** Time, epoch and sequence numbers of sources: what decides whether a frame is accepted. */
    static final String GATE_STORE = "gate";

    static final String OPEN_REQUESTS_STORE = "open-requests";
    static final String OPEN_PANES_STORE = "open-panes";
    static final String SOURCES_STORE = "sources";
    static final String WATCH_STORE = "watch-state";

    private Names() {}
}
