package io.seismo.reference;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A change of a plan made while alerts fire, taken back, and made again while another alert is pending, with partitions
 * that hear of it one after the other.
 */
final class EpochChangeAgreement {

    private static final TrafficSettings SETTINGS =
            TrafficSettings.wild().withMinutes(9).withBad(0.02);

    private EpochChangeAgreement() {}

    /** Changed while requests spike, back again afterwards, changed again when rows begin to get lost. */
    static EpochRun run(PlanChange change) {
        return run(change, change.ordinal(), 340, 440, 480);
    }

    /** @param seconds after which the plan changes, or changes back */
    static EpochRun run(PlanChange change, long seed, int... seconds) {
        return new EpochRun(traffic(seed, seconds), plans(change, seed, seconds.length), seed);
    }

    /** The plans of a run when the change is another one. */
    static Plans plans(EpochRun run, PlanChange other) {
        MonitorPlan plan = run.plans.of(1);
        return Plans.known(List.of(plan, other.of(plan, 2), plan.withEpoch(3), other.of(plan, 4)));
    }

    /** As it was, changed, as it was, changed. */
    private static List<MonitorPlan> plans(PlanChange change, long seed, int changes) {
        MonitorPlan plan = PlanFixture.plan(2, 1 + (int) (seed % 2));
        List<MonitorPlan> plans = new ArrayList<>();
        for (int epoch = 1; epoch <= changes + 1; epoch++) {
            plans.add(epoch % 2 == 0 ? change.of(plan, epoch) : plan.withEpoch(epoch));
        }
        return plans;
    }

    /** Two partitions with one source each; the second hears everything 13 s later. */
    private static Traffic traffic(long seed, int... seconds) {
        long start = SETTINGS.startMs();
        Traffic all = TrafficGenerator.generate(200 + seed, SETTINGS);
        return Announcements.at(Arrays.stream(seconds)
                        .mapToLong(second -> start + second * 1_000L)
                        .toArray())
                .laterBy(13_000)
                .in(all.from(start + 180_000).withoutSources("srv-1"));
    }
}
