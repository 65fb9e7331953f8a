package io.seismo.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seismo.wire.Evidence;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.TopRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A notice as JSON: {@code {"type": "seismo.alert.firing", "timestamp": …, "data": {…}}}, at most
 * {@value #MAX_BYTES} bytes as Standard Webhooks asks for; requests are left out from the end until it fits.
 */
final class NoticeJson {

    static final int MAX_BYTES = 20_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private NoticeJson() {}

    static byte[] bytes(Notice notice) {
        for (int requests = notice.evidence().getTopCount(); ; requests--) {
            byte[] bytes = text(notice, requests).getBytes(StandardCharsets.UTF_8);
            if (bytes.length <= MAX_BYTES || requests == 0) {
                return bytes;
            }
        }
    }

    private static String text(Notice notice, int requests) {
        ObjectNode root = JSON.createObjectNode();
        root.put("type", "seismo.alert." + notice.stateWord());
        root.put("timestamp", instant(notice.timeMs()));
        ObjectNode data = root.putObject("data");
        data.put("dedup_key", notice.dedupKey());
        data.put("alert", notice.name());
        data.put("severity", notice.severityWord());
        data.put("state", notice.stateWord());
        data.put("since", instant(notice.sinceMs()));
        ObjectNode labels = data.putObject("labels");
        notice.labels().forEach(labels::put);
        evidence(data, notice.evidence(), requests);
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a notice does not serialise", impossible);
        }
    }

    private static void evidence(ObjectNode data, Evidence evidence, int requests) {
        data.put("summary", evidence.getSummary());
        data.put("tenants", evidence.getTenants());
        data.put("accounts", evidence.getAccounts());
        if (evidence.getCoverage() >= 0) {
            data.put("coverage", evidence.getCoverage());
        }
        data.put("refused", evidence.getRefused());
        data.put("false_pages_per_week", evidence.getFalsePagesPerWeek());
        ArrayNode top = data.putArray("requests");
        for (int i = 0; i < requests; i++) {
            request(top.addObject(), evidence.getTop(i));
        }
        ArrayNode together = data.putArray("co_firing");
        evidence.getCoFiringList().forEach(together::add);
        data.put("spec", evidence.getSpecHash());
        data.put("replay", evidence.getReplay());
        data.put("runbook", evidence.getRunbook());
    }

    private static void request(ObjectNode node, TopRequest request) {
        node.put("request_id", request.getRequestId());
        node.put("score", request.getScore());
        if (!request.getOrigin().getTraceparent().isEmpty()) {
            node.put("traceparent", request.getOrigin().getTraceparent());
        }
        ArrayNode peaks = node.putArray("tokens");
        for (TokenPeak peak : request.getPeaksList()) {
            peaks.addObject().put("position", peak.getPosition()).put("value", peak.getValue());
        }
    }

    private static String instant(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
