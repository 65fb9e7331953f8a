package io.seismo.spec;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The plans of a deployment's epochs: what the number on a tick, a record or a stored request stands for.
 *
 * <p>An epoch never changes once it is announced, so what a number stands for depends on nothing but the log. Timing and
 * partition counts are the same in all plans: they are fixed for a generation. Implementations are safe for use by many
 * threads; {@link #find} may read the log.
 */
public interface Plans {

    /** The newest plan known now; asked for what is the same in all. */
    MonitorPlan newest();

    /** The plan of an epoch, or {@code null} when none of that number was announced. */
    @Nullable
    MonitorPlan find(long epoch);

    /**
     * The plan of an epoch that must have been announced.
     *
     * @throws IllegalStateException when it was not
     */
    default MonitorPlan of(long epoch) {
        MonitorPlan plan = find(epoch);
        if (plan == null) {
            throw new IllegalStateException("the log of epochs does not have epoch " + epoch);
        }
        return plan;
    }

    /** This one and no other. */
    static Plans only(MonitorPlan plan) {
        return known(List.of(plan));
    }

    /** These and no others; at least one. */
    static Plans known(Collection<MonitorPlan> plans) {
        TreeMap<Long, MonitorPlan> byEpoch = new TreeMap<>();
        plans.forEach(plan -> byEpoch.put(plan.epoch(), plan));
        MonitorPlan newest = byEpoch.lastEntry().getValue();
        return new Plans() {
            @Override
            public MonitorPlan newest() {
                return newest;
            }

            @Override
            public @Nullable MonitorPlan find(long epoch) {
                return byEpoch.get(epoch);
            }
        };
    }
}
