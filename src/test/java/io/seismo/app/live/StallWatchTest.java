package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.TestPlans;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import org.junit.jupiter.api.Test;

class StallWatchTest {

    private static final Timing TIMING = new Timing(10_000, 5_000, 10_000);

    @Test
    void shouldCallAPartitionStalledOnceUntilItMovesAgain() {
        MonitorPlan plan = TestPlans.empty(1, new MonitorPlan.Shape(1, 2), TIMING);
        StallWatch.Ages ages = new StallWatch.Ages(plan, 1_000_000);
        ages.merged(1, 100);
        assertThat(ages.at(1_020_000)).containsEntry(0, 20_000L).containsEntry(1, 10_000L);
        assertThat(ages.newlyStalled(1_119_999)).isEmpty();
        assertThat(ages.newlyStalled(1_120_000)).containsExactly(0);
        assertThat(ages.newlyStalled(1_125_000)).isEmpty();
        ages.merged(0, 111);
        assertThat(ages.newlyStalled(1_130_000)).containsExactly(1);
        assertThat(ages.newlyStalled(1_240_000)).containsExactly(0);
    }
}
