package io.seismo.spec;

import java.util.List;

/**
 * A resolved spec: what one epoch of a deployment does, in the order it does it.
 *
 * @param epoch number of the epoch, from 1
 * @param specHash SHA-256 of the spec's YAML, hex
 * @param deployment name that prefixes topics and application ids
 * @param model name frames must carry
 * @param revision revision frames must carry
 * @param timing pane, grace and lead
 * @param shape partition counts, fixed for a generation
 * @param requestLife when a request closes
 * @param baseline how baselines learn
 * @param taps sorted by name
 * @param columns watch columns in the order of {@code EncodedFrame.watched}: by tap, encoder, feature
 * @param watches sorted by id
 * @param detectors sorted by id
 * @param alerts sorted by name
 * @param canaries sorted by name
 */
public record MonitorPlan(
        long epoch,
        String specHash,
        String deployment,
        String model,
        String revision,
        Timing timing,
        Shape shape,
        RequestLife requestLife,
        BaselinePolicy baseline,
        List<TapPlan> taps,
        List<Column> columns,
        List<WatchPlan> watches,
        List<DetectorPlan> detectors,
        List<AlertPlan> alerts,
        List<CanaryPlan> canaries) {

    public MonitorPlan {
        taps = List.copyOf(taps);
        columns = List.copyOf(columns);
        watches = List.copyOf(watches);
        detectors = List.copyOf(detectors);
        alerts = List.copyOf(alerts);
        canaries = List.copyOf(canaries);
    }

    /** Without canaries. */
    public MonitorPlan(
            long epoch,
            String specHash,
            String deployment,
            String model,
            String revision,
            Timing timing,
            Shape shape,
            RequestLife requestLife,
            BaselinePolicy baseline,
            List<TapPlan> taps,
            List<Column> columns,
            List<WatchPlan> watches,
            List<DetectorPlan> detectors,
            List<AlertPlan> alerts) {
        this(
                epoch,
                specHash,
                deployment,
                model,
                revision,
                timing,
                shape,
                requestLife,
                baseline,
                taps,
                columns,
                watches,
                detectors,
                alerts,
                List.of());
    }

    /**
     * One watched value per row.
     *
     * @param tap name of the tap
     * @param encoder name of the encoder
     * @param feature index within the encoder; 0 for a probe
     */
    public record Column(String tap, String encoder, int feature) {}

    /**
     * Partition counts.
     *
     * @param partitions P, of {@code activations} and {@code features}
     * @param watchPartitions W, of {@code pane-partials}
     */
    public record Shape(int partitions, int watchPartitions) {
        public Shape {
            if (partitions < 1 || watchPartitions < 1) {
                throw new IllegalArgumentException("partition counts must be at least 1");
            }
        }
    }

    /**
     * When a request closes without an end marker.
     *
     * @param idleMs time to live since its last row
     * @param maxAgeMs since its first row
     * @param maxOpen open requests a partition holds before it evicts the oldest
     */
    public record RequestLife(long idleMs, long maxAgeMs, int maxOpen) {
        public RequestLife {
            if (idleMs < 1 || maxAgeMs < idleMs || maxOpen < 1) {
                throw new IllegalArgumentException("need 1 <= idle <= max age and max open >= 1");
            }
        }
    }

    /**
     * How baselines learn.
     *
     * @param lagMs the most recent past that never enters a baseline
     * @param warmRequests requests a baseline needs before it may judge
     * @param warmMs event time a baseline needs before it may judge
     */
    public record BaselinePolicy(long lagMs, long warmRequests, long warmMs) {
        public BaselinePolicy {
            if (lagMs < 0 || warmRequests < 0 || warmMs < 0) {
                throw new IllegalArgumentException("baseline settings must not be negative");
            }
        }
    }

    /** The watch entry of that id. */
    public WatchPlan watch(String id) {
        for (WatchPlan watch : watches) {
            if (watch.id().equals(id)) {
                return watch;
            }
        }
        throw new IllegalArgumentException("no watch entry " + id);
    }

    /** Whether a detector looks at how an SAE describes its rows. */
    public boolean measures(String encoder) {
        return detectors.stream()
                .anyMatch(detector -> detector instanceof DetectorPlan.OfEncoder of
                        && of.encoder().equals(encoder));
    }

    /** Whether a detector looks at what an SAE leaves of its rows, so that its decoder is needed. */
    public boolean rebuilds(String encoder) {
        return detectors.stream()
                .anyMatch(detector -> detector instanceof DetectorPlan.UnexplainedCeiling of
                        && of.encoder().equals(encoder));
    }

    /** The same plan under another epoch number. */
    public MonitorPlan withEpoch(long number) {
        return new MonitorPlan(
                number,
                specHash,
                deployment,
                model,
                revision,
                timing,
                shape,
                requestLife,
                baseline,
                taps,
                columns,
                watches,
                detectors,
                alerts,
                canaries);
    }

    /** The same plan for another deployment. */
    public MonitorPlan withDeployment(String name) {
        return new MonitorPlan(
                epoch,
                specHash,
                name,
                model,
                revision,
                timing,
                shape,
                requestLife,
                baseline,
                taps,
                columns,
                watches,
                detectors,
                alerts,
                canaries);
    }
}
