package io.seismo.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.Evidence;
import io.seismo.wire.Origin;
import io.seismo.wire.Severity;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.TopRequest;
import io.seismo.wire.VerdictCore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidenceBuilderTest {

    private static final long AT = Instant.parse("2026-11-20T14:02:10Z").toEpochMilli();

    private final MonitorPlan plan = Plans.plan()
            .watch("phishing", Severity.SEVERITY_PAGE, 0.01)
            .detector(new DetectorPlan.CoverageFloor("blind", 6, 0.98, 0.1))
            .detector(new DetectorPlan.Cap("never", List.of("phishing"), 14f, "a.researcher 2026-11-20"))
            .detector(new DetectorPlan.Rate("rate", List.of("phishing"), 6, List.of(2.0, 5.0), 0.8))
            .alert("FeatureSpike", List.of("never", "rate"), 0, 0, null)
            .alert("MonitorBlind", List.of("blind"), 0, 0, null)
            .build();
    private final AlertPlan spike = plan.alerts().get(0);
    private final AlertPlan blind = plan.alerts().get(1);
    private final EvidenceBuilder builder = new EvidenceBuilder(plan);

    @Test
    void shouldSayCountsAgainstTheUsualWhenRateDeviates() {
        Evidence evidence =
                builder.build(core(spike, AlertState.ALERT_STATE_FIRING, rate().build()), spike, Surroundings.NONE);
        assertThat(evidence.getSummary())
                .isEqualTo("phishing: 37 of 2,140 requests in 1m fired, usually 0.9 of as many; since 14:02:10Z"
                        + " (poisson-cusum 2x 23.1 / 20.3)");
        assertThat(evidence.getFalsePagesPerWeek()).isEqualTo(0.8);
        assertThat(evidence.getCoverage()).as("nothing was said to be served").isEqualTo(-1);
        assertThat(evidence.getRunbook()).isEqualTo("runbooks/FeatureSpike.md");
    }

    @Test
    void shouldLeadWithTheStrongestVerdictWhenSeveralDeviate() {
        VerdictCore cap = VerdictCore.newBuilder()
                .setDetector("never")
                .setWatch("phishing")
                .setDeviant(true)
                .setMethod("cap")
                .setStatistic(1)
                .setThreshold(0)
                .setFired(1)
                .setSeen(300)
                .build();
        Evidence evidence = builder.build(
                core(spike, AlertState.ALERT_STATE_FIRING, cap, rate().build()), spike, Surroundings.NONE);
        assertThat(evidence.getSummary())
                .isEqualTo("phishing: 1 request of 300 in 10s scored above 14.0; since 14:02:10Z (cap)");
    }

    @Test
    void shouldSpeakOfTokensWhenTheMonitorIsBlind() {
        VerdictCore floor = VerdictCore.newBuilder()
                .setDetector("blind")
                .setDeviant(true)
                .setMethod("floor")
                .setStatistic(0.612)
                .setThreshold(0.98)
                .build();
        Evidence evidence = builder.build(
                core(blind, AlertState.ALERT_STATE_PENDING, floor),
                blind,
                new Surroundings(612, 1000, 7, List.of(), List.of()));
        assertThat(evidence.getSummary())
                .startsWith("blind: 61.2 % of the tokens served in 1m were seen, floor 98.0 %; since 14:02:10Z");
        assertThat(evidence.getCoverage()).isEqualTo(0.612);
        assertThat(evidence.getRefused()).isEqualTo(7);
    }

    @Test
    void shouldSayHowLongItFiredWhenItResolves() {
        AlertCore core = core(spike, AlertState.ALERT_STATE_RESOLVED).toBuilder()
                .setFrom(AlertState.ALERT_STATE_FIRING)
                .setTimeMs(AT + 1_090_000)
                .build();
        assertThat(builder.build(core, spike, Surroundings.NONE).getSummary())
                .isEqualTo("phishing: resolved; fired from 14:02:10Z for 18m10s");
    }

    @Test
    void shouldGiveOneLineThatReplaysWhenAlertMoves() {
        Evidence evidence = builder.build(core(spike, AlertState.ALERT_STATE_FIRING), spike, Surroundings.NONE);
        assertThat(evidence.getReplay())
                .isEqualTo("seismo replay run --from 2026-11-20T14:01:00Z --to 2026-11-20T14:03:00Z --alert "
                        + "0123456789abcdef");
    }

    @Test
    void shouldCountTenantsAndAccountsWhenRequestsAreKnown() {
        List<TopRequest> top = List.of(
                request(1, "a1", "t1").build(),
                request(2, "a1", "t1").build(),
                request(3, "a2", "").build());
        Evidence evidence = builder.build(
                core(spike, AlertState.ALERT_STATE_FIRING), spike, new Surroundings(0, 0, 0, top, List.of()));
        assertThat(evidence.getAccounts()).isEqualTo(2);
        assertThat(evidence.getTenants()).isEqualTo(1);
        assertThat(evidence.getRevisionsList()).containsExactly("r1");
        assertThat(evidence.getTopList()).hasSize(3);
    }

    @Test
    void shouldStayBoundedWhenEverythingIsHuge() {
        String huge = "x".repeat(1_000_000);
        List<TopRequest> top = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            TopRequest.Builder request = request(i, huge + i, huge).setRevision(huge + i);
            request.addAllPeaks(
                    Collections.nCopies(500, TokenPeak.newBuilder().setValue(1).build()));
            top.add(request.setOrigin(Origin.newBuilder().setTraceparent(huge)).build());
        }
        Evidence evidence = builder.build(
                core(spike, AlertState.ALERT_STATE_FIRING),
                spike,
                new Surroundings(0, 0, 0, top, Collections.nCopies(900, huge)));
        assertThat(evidence.getSerializedSize()).isLessThan(64 * 1024);
        assertThat(evidence.getTopCount()).isEqualTo(EvidenceBuilder.MAX_TOP);
        assertThat(evidence.getCoFiringCount()).isEqualTo(EvidenceBuilder.MAX_CO_FIRING);
    }

    private static VerdictCore.Builder rate() {
        return VerdictCore.newBuilder()
                .setDetector("rate")
                .setWatch("phishing")
                .setDeviant(true)
                .setMethod("poisson-cusum 2x")
                .setStatistic(23.1)
                .setThreshold(20.3)
                .setFired(37)
                .setSeen(2140)
                .setExpected(0.9);
    }

    private AlertCore core(AlertPlan alert, AlertState to, VerdictCore... verdicts) {
        return AlertCore.newBuilder()
                .setFingerprint("0123456789abcdef")
                .addAllLabels(
                        alert == spike
                                ? AlertLabels.ofWatch(plan, alert, plan.watch("phishing"))
                                : AlertLabels.ofSource(plan, alert, "blind"))
                .setFrom(AlertState.ALERT_STATE_INACTIVE)
                .setTo(to)
                .setTimeMs(AT)
                .setActiveSinceMs(AT)
                .setFiringSinceMs(AT)
                .addAllVerdicts(List.of(verdicts))
                .build();
    }

    private static TopRequest.Builder request(int id, String account, String tenant) {
        return TopRequest.newBuilder()
                .setWatch("phishing")
                .setRequestId("q" + id)
                .setScore(id)
                .setAccountKey(account)
                .setTenantKey(tenant)
                .setRevision("r1");
    }
}
