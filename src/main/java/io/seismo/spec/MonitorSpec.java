package io.seismo.spec;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A spec as it was written, with its defaults filled in: {@code topology/monitor.yaml} as records.
 *
 * @param version of the language; 1
 * @param deployment name that prefixes topics and application ids
 * @param model what is watched
 * @param taps subscriptions to hook points, by name
 * @param encoders SAEs and probes, by name
 * @param watch what is watched, by id
 * @param detectors by id
 * @param alerts by name
 * @param receivers who is told, by name
 * @param links where the evidence links to
 * @param keep how long topics keep their records
 * @param timing pane, grace and lead
 * @param requests when a request closes
 * @param baseline how baselines learn
 * @param partitions fixed for a generation
 * @param canaries prompts whose rows are known, by name; mostly none
 */
public record MonitorSpec(
        int version,
        String deployment,
        ModelSpec model,
        SortedMap<String, TapSpec> taps,
        SortedMap<String, EncoderSpec> encoders,
        SortedMap<String, WatchSpec> watch,
        SortedMap<String, DetectorSpec> detectors,
        SortedMap<String, AlertSpec> alerts,
        SortedMap<String, ReceiverSpec> receivers,
        LinksSpec links,
        KeepSpec keep,
        Timing timing,
        MonitorPlan.RequestLife requests,
        MonitorPlan.BaselinePolicy baseline,
        MonitorPlan.Shape partitions,
        SortedMap<String, CanarySpec> canaries) {

    public MonitorSpec {
        taps = copy(taps);
        encoders = copy(encoders);
        watch = copy(watch);
        detectors = copy(detectors);
        alerts = copy(alerts);
        receivers = copy(receivers);
        canaries = copy(canaries);
    }

    /**
     * The model whose activations arrive.
     *
     * @param name as frames carry it
     * @param revision as frames carry it
     */
    public record ModelSpec(String name, String revision) {}

    /**
     * Links in the evidence.
     *
     * @param request URL of a request elsewhere, with {@code {trace_id}} or {@code {request_id}}; empty when not given
     */
    public record LinksSpec(String request) {}

    /**
     * Retention, ms.
     *
     * @param activationsMs of the input
     * @param activationsOfAlertsMs of input copied aside because an alert fired on it
     * @param featuresMs of the encoded input, which exact replay reads
     * @param alertsMs of the alert log
     */
    public record KeepSpec(long activationsMs, long activationsOfAlertsMs, long featuresMs, long alertsMs) {}

    private static <T> SortedMap<String, T> copy(SortedMap<String, T> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
