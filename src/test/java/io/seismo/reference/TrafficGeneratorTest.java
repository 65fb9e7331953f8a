package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.wire.AlertState;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Reason;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The traffic of the other tests holds what they need: else they would prove nothing. */
class TrafficGeneratorTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldBeRefusedForItsReasonWhenBadAndPassWhenGood(long seed) {
        Traffic traffic = TrafficGenerator.generate(seed, TrafficSettings.wild());
        MonitorPlan plan = PlanFixture.plan(2, 2);

        for (List<Traffic.Sent> partition : traffic.partitions()) {
            List<Entry> entries = new ReferenceGate(plan)
                    .read(partition.stream().map(Traffic.Sent::bytes).toList());
            for (int i = 0; i < entries.size(); i++) {
                BadInput bad = partition.get(i).bad();
                Reason refused = entries.get(i) instanceof Entry.Refused r ? r.reason() : null;
                assertThat(refused).as("record %d, meant as %s", i, bad).isEqualTo(bad == null ? null : bad.reason());
            }
        }
    }

    @Test
    void shouldHoldEveryFaultWhenWild() {
        Map<BadInput, Integer> faults = new EnumMap<>(BadInput.class);
        for (long seed = 1; seed <= 3; seed++) {
            for (List<Traffic.Sent> partition :
                    TrafficGenerator.generate(seed, TrafficSettings.wild()).partitions()) {
                partition.stream()
                        .filter(sent -> sent.bad() != null)
                        .forEach(sent -> faults.merge(sent.bad(), 1, Integer::sum));
            }
        }

        assertThat(faults.keySet()).isEqualTo(EnumSet.complementOf(EnumSet.of(BadInput.HOOKS_SPLIT)));
    }

    @Test
    void shouldRaiseAndResolveAlertsWhenItLastsTwentyMinutes() {
        MonitorPlan plan = PlanFixture.plan(2, 2);
        Traffic traffic = TrafficGenerator.generate(7, TrafficSettings.wild().withMinutes(20));

        ReferenceDigest digest = ReferenceDigest.of(traffic.records(), plan, PlanFixture.encoders());

        Set<String> moves = new TreeSet<>();
        for (int w = 0; w < 2; w++) {
            digest.alertCores(w).forEach(core -> moves.add(core.getLabels(0).getValue() + " " + core.getTo()));
        }
        assertThat(moves)
                .contains(
                        "FeatureSpike " + AlertState.ALERT_STATE_FIRING,
                        "FeatureSpike " + AlertState.ALERT_STATE_RESOLVED,
                        "MonitorBlind " + AlertState.ALERT_STATE_PENDING,
                        "MonitorBlind " + AlertState.ALERT_STATE_FIRING);
        assertThat(digest.breaches(0)).isNotEmpty();
        assertThat(digest.requestScores(0))
                .extracting(io.seismo.wire.RequestScore::getClosedBy)
                .contains(CloseReason.CLOSE_REASON_END, CloseReason.CLOSE_REASON_IDLE);
    }
}
