package io.seismo.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What the demo measured.
 *
 * @param frames frames counted in closed panes
 * @param tokens rows counted
 * @param requests requests seen
 * @param coverage rows accounted over rows the server said it served
 * @param refused records refused, for any reason
 * @param late records refused as late
 * @param lost frames in the producer's ledger, less counted, less refused
 * @param alertsFalse alerts that fired and were not expected
 * @param encodeTokensPerSecond rows over the time the pipeline took, waiting for events included
 * @param verify {@code equal}, or the first difference
 */
public record DemoReport(
        long seed,
        long frames,
        long tokens,
        long requests,
        double coverage,
        long refused,
        long late,
        long lost,
        @JsonProperty("alerts_expected") int alertsExpected,
        @JsonProperty("alerts_fired") int alertsFired,
        @JsonProperty("alerts_false") int alertsFalse,
        @JsonProperty("alerts_missed") List<String> alertsMissed,
        @JsonProperty("seconds_to_first_alert") double secondsToFirstAlert,
        @JsonProperty("encode_tokens_per_second") double encodeTokensPerSecond,
        @JsonProperty("breach_latency_p50_ms") double breachLatencyP50Ms,
        @JsonProperty("breach_latency_p99_ms") double breachLatencyP99Ms,
        @JsonProperty("pane_latency_p99_ms") double paneLatencyP99Ms,
        @JsonProperty("seconds") double seconds,
        String verify) {

    /** Exactly the expected alerts fired, nothing was lost, and the replay was equal. */
    public boolean good() {
        return alertsMissed.isEmpty() && alertsFalse == 0 && lost == 0 && verify.equals("equal");
    }
}
