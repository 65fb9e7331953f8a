package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.spec.MonitorPlan.Shape;
import io.seismo.spec.Timing;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The production machines, end to end in memory, against the reference: content and bytes, seed by seed. */
class ReferenceModelTest {

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104})
    void shouldEqualReferenceWhenTrafficIsWild(long seed) {
        compare(PlanFixture.plan(2, 2), seed, TrafficSettings.wild());
    }

    @ParameterizedTest
    @ValueSource(longs = {111})
    void shouldEqualReferenceWhenAlertsComeAndGo(long seed) {
        compare(
                PlanFixture.plan(3, 4),
                seed,
                TrafficSettings.wild().withPartitions(3).withMinutes(21));
    }

    @ParameterizedTest
    @ValueSource(longs = {121, 122})
    void shouldEqualReferenceWhenRequestsMustMakeRoom(long seed) {
        RequestLife crowded = new RequestLife(15_000, 20_000, 6);
        compare(
                PlanFixture.plan(new Shape(2, 3), Timing.DEFAULT, crowded),
                seed,
                TrafficSettings.wild().withMinutes(6));
    }

    @ParameterizedTest
    @ValueSource(longs = {131, 132})
    void shouldEqualReferenceWhenPanesAreShortAndGraceIsNot(long seed) {
        RequestLife life = new RequestLife(60_000, 600_000, 20_000);
        MonitorPlan plan = PlanFixture.plan(new Shape(2, 1), new Timing(1_700, 10_000, 10_000), life);
        compare(plan, seed, TrafficSettings.wild().withMinutes(4));
    }

    private static void compare(MonitorPlan plan, long seed, TrafficSettings settings) {
        List<List<byte[]>> records = TrafficGenerator.generate(seed, settings).records();
        ReferenceDigest wanted = ReferenceDigest.of(records, plan, PlanFixture.encoders());
        ProductionRun production = new ProductionRun(plan, PlanFixture.encoders());

        List<Scored> scored = production.score(records);
        for (int p = 0; p < records.size(); p++) {
            assertThat(scored.get(p).scores())
                    .as("request scores, seed %d", seed)
                    .isEqualTo(wanted.requestScores(p));
            assertThat(scored.get(p).breaches()).as("breaches, seed %d", seed).isEqualTo(wanted.breaches(p));
            for (int w = 0; w < plan.shape().watchPartitions(); w++) {
                assertThat(DecodedPanes.differences(
                                ReferencePartials.of(plan, wanted.model(), p, w),
                                scored.get(p).to(w)))
                        .as("panes, seed %d, partition %d to watch partition %d", seed, p, w)
                        .isEmpty();
            }
        }
        Watched watched = production.watch(scored);
        assertThat(wanted.difference(watched.digests, watched.transitions))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(watched.digests).isNotEmpty();
    }
}
