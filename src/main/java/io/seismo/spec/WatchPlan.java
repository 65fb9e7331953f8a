package io.seismo.spec;

import io.seismo.wire.Severity;
import java.util.List;

/**
 * One thing that is watched: which columns, how token signals become a request score, when a request fires.
 *
 * @param id name in the spec
 * @param columns indexes into {@link MonitorPlan#columns()}; the token signal is their maximum
 * @param aggregator from token signals to the request score
 * @param firesAbove a request fires when its score is strictly above this
 * @param severity of alerts about this entry
 * @param team who owns it; empty when not given
 * @param label what it is thought to mean; third-party unless {@code labelFrom} says otherwise
 * @param labelFrom where the label comes from; empty when not given
 * @param priorRate share of requests expected to fire, from calibration; 0 when unknown
 */
public record WatchPlan(
        String id,
        List<Integer> columns,
        AggregatorSpec aggregator,
        float firesAbove,
        Severity severity,
        String team,
        String label,
        String labelFrom,
        double priorRate) {

    /** What a label without a source is shown with: nobody vouches for it. */
    private static final String UNKNOWN = "third-party: source not stated";

    /** Whose the label is, to be shown wherever the label is; empty without a label. */
    public String attribution() {
        return label.isEmpty() ? "" : labelFrom.isEmpty() ? UNKNOWN : labelFrom;
    }

    public WatchPlan {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("watch entry " + id + " reads no column");
        }
    }
}
