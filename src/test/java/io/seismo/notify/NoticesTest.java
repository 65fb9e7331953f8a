package io.seismo.notify;

import static io.seismo.notify.Samples.TIME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Evidence;
import io.seismo.wire.Severity;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NoticesTest {

    private final Notices notices = new Notices(Samples.plan());

    @ParameterizedTest
    @EnumSource(names = {"ALERT_STATE_FIRING", "ALERT_STATE_RESOLVED"})
    void shouldTellWhenAnAlertFiresOrResolves(AlertState to) {
        Notice notice = notices.of(Samples.transition("page", to, 5)).orElseThrow();
        assertThat(notice.severity()).isEqualTo(Severity.SEVERITY_PAGE);
        assertThat(notice.dedupKey()).isEqualTo("f00d/" + notice.stateWord() + "/5");
    }

    @ParameterizedTest
    @EnumSource(names = {"ALERT_STATE_PENDING", "ALERT_STATE_INACTIVE"})
    void shouldTellNobodyWhenAnAlertIsPendingOrGone(AlertState to) {
        assertThat(notices.of(Samples.transition("page", to, 5))).isEmpty();
    }

    @Test
    void shouldTellNobodyWhenItIsAShadow() {
        assertThat(notices.of(Samples.transition("shadow", AlertState.ALERT_STATE_FIRING, 5)))
                .isEmpty();
        assertThat(notices.of(Samples.breach("quiet", TIME))).isEmpty();
        assertThat(notices.of(Samples.breach("gone", TIME))).isEmpty();
    }

    @Test
    void shouldTellOncePerTenMinutesWhenACapIsBreachedAgainAndAgain() {
        long window = Math.floorDiv(TIME, Notices.BREACH_WINDOW_MS) * Notices.BREACH_WINDOW_MS;
        String first = notices.of(Samples.breach("loud", window)).orElseThrow().dedupKey();
        assertThat(notices.of(Samples.breach("loud", window + Notices.BREACH_WINDOW_MS - 1))
                        .orElseThrow()
                        .dedupKey())
                .isEqualTo(first);
        assertThat(notices.of(Samples.breach("loud", window + Notices.BREACH_WINDOW_MS))
                        .orElseThrow()
                        .dedupKey())
                .isNotEqualTo(first);
    }

    @Test
    void shouldSayWhereTheLogIsInTheReplayCommand() {
        AlertTransition moved = Samples.transition("page", AlertState.ALERT_STATE_FIRING, 5);
        Notices complete = new Notices(Samples.plan(), "kafka-0:9092,kafka-1:9092");

        assertThat(complete.of(moved).orElseThrow().evidence().getReplay())
                .isEqualTo(moved.getEvidence().getReplay() + " --bootstrap kafka-0:9092,kafka-1:9092 --deployment "
                        + Samples.plan().deployment());
        assertThat(notices.of(moved).orElseThrow().evidence()).isEqualTo(moved.getEvidence());
    }

    @Test
    void shouldKeepValuesAndRequestsOutOfLabels() {
        Notice notice = notices.of(Samples.breach("loud", TIME)).orElseThrow();
        assertThat(notice.labels().keySet())
                .containsExactly("alertname", "deployment", "detector", "model", "revision", "team", "watch");
        assertThat(notice.labels().values()).doesNotContain("req-9");
    }

    @Test
    void shouldSayWhatAnEngineerNeedsWhenWrittenToTheLog() {
        List<String> lines = new ArrayList<>();
        new LogReceiver(false, lines::add).deliver(Samples.notice("page", AlertState.ALERT_STATE_FIRING, 5));
        assertThat(lines.get(0).lines().map(String::strip))
                .containsExactly(
                        "FIRING page FeatureSpike: loud: 37 of 2,140 requests in 1m fired, usually 0.9 of as many",
                        "labels    {alertname=FeatureSpike, severity=page, watch=loud}",
                        "who       2 accounts of 1 tenants among the top requests",
                        "monitor   coverage 99.8 %, 3 records refused",
                        "request   req-1 scored 9.25",
                        "with it   quiet: 12 of 2,140",
                        "replay    seismo replay run --alert f00d",
                        "runbook   runbooks/feature-spike.md");
    }

    @Test
    void shouldStayWithinTheBoundOfStandardWebhooksWhenEvidenceIsLarge() throws Exception {
        AlertTransition small = Samples.transition("page", AlertState.ALERT_STATE_FIRING, 5);
        Evidence.Builder large = small.getEvidence().toBuilder();
        for (int i = 0; i < 100; i++) {
            large.addTop(Samples.top("r".repeat(500) + i));
        }
        byte[] json = NoticeJson.bytes(
                notices.of(small.toBuilder().setEvidence(large).build()).orElseThrow());
        assertThat(json).hasSizeLessThanOrEqualTo(NoticeJson.MAX_BYTES);
        JsonNode read = new ObjectMapper().readTree(json);
        assertThat(read.at("/type").asText()).isEqualTo("seismo.alert.firing");
        assertThat(read.at("/data/requests").size()).isBetween(10, 99);
        assertThat(read.at("/data/summary").asText()).isEqualTo(large.getSummary());
    }
}
