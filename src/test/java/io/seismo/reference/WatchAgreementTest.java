package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WATCH against the reference, on partials that the reference wrote. */
class WatchAgreementTest {

    private final MonitorPlan plan = PlanFixture.plan(3, 2);

    @ParameterizedTest
    @ValueSource(longs = {31})
    void shouldAgreeWithReferenceWhenPartitionsInterleave(long seed) {
        Traffic traffic = TrafficGenerator.generate(
                seed, TrafficSettings.wild().withPartitions(3).withMinutes(21));
        ReferenceDigest wanted = ReferenceDigest.of(traffic.records(), plan, PlanFixture.encoders());

        Watched watched = new Watched();
        for (int w = 0; w < 2; w++) {
            List<List<PanePartial>> byPartition = new ArrayList<>();
            for (int p = 0; p < 3; p++) {
                byPartition.add(ReferencePartials.of(wanted.model(), p, w));
            }
            WatchCore core = new WatchCore(Plans.only(plan), w, new TreeMapState(), watched);
            Interleaving.of(byPartition, new SplittableRandom(seed), 40).forEach(core::accept);
        }

        assertThat(wanted.difference(watched.digests, watched.transitions)).isEmpty();
        assertThat(watched.transitions).isNotEmpty();
    }
}
