package io.seismo.app;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import java.util.List;

/** Plans that watch nothing. */
public final class TestPlans {

    private TestPlans() {}

    public static MonitorPlan empty(long epoch, MonitorPlan.Shape shape, Timing timing) {
        return new MonitorPlan(
                epoch,
                "abc",
                "test",
                "m",
                "r1",
                timing,
                shape,
                new MonitorPlan.RequestLife(60_000, 600_000, 100),
                new MonitorPlan.BaselinePolicy(0, 0, 0),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
