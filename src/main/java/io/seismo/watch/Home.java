package io.seismo.watch;

import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.window.BlockKey;
import java.util.ArrayList;
import java.util.List;

/**
 * What lives in one watch partition: a watch entry where its block goes, a detector of an encoder where the encoder's
 * fidelity block goes, another detector of the monitor itself where {@code s/<detector>} goes.
 */
final class Home {

    private final MonitorPlan plan;
    private final int watchPartition;

    Home(MonitorPlan plan, int watchPartition) {
        this.plan = plan;
        this.watchPartition = checked(plan, watchPartition);
    }

    /** A watch partition that the plan has. */
    static int checked(MonitorPlan plan, int watchPartition) {
        if (watchPartition < 0 || watchPartition >= plan.shape().watchPartitions()) {
            throw new IllegalArgumentException("watch partition " + watchPartition + " is outside 0.."
                    + (plan.shape().watchPartitions() - 1));
        }
        return watchPartition;
    }

    int watchPartition() {
        return watchPartition;
    }

    boolean ofWatch(String watch) {
        return here(new BlockKey.Watch(watch));
    }

    boolean ofSource(String detector) {
        return here(new BlockKey.Source(detector));
    }

    boolean ofEncoder(String encoder) {
        return here(new BlockKey.Fidelity(encoder));
    }

    boolean ofMonitor(DetectorPlan.OfMonitor detector) {
        return detector instanceof DetectorPlan.OfEncoder of ? ofEncoder(of.encoder()) : ofSource(detector.id());
    }

    /** Those of a list of watch entries that live here, in the list's order. */
    List<String> watches(List<String> ids) {
        List<String> here = new ArrayList<>();
        for (String id : ids) {
            if (ofWatch(id)) {
                here.add(id);
            }
        }
        return here;
    }

    /** All entries of the plan that live here, by id. */
    List<String> watches() {
        List<String> ids = new ArrayList<>();
        plan.watches().forEach(watch -> ids.add(watch.id()));
        return watches(ids);
    }

    private boolean here(BlockKey key) {
        return key.partition(plan.shape().watchPartitions()) == watchPartition;
    }
}
