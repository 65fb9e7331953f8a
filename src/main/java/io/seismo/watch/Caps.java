package io.seismo.watch;

import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import java.util.ArrayList;
import java.util.List;

/** Which cap is which in a watch entry's block: caps on the entry, in detector id order. */
public final class Caps {

    private Caps() {}

    /** Detector ids of the caps on an entry; an id's index is its number in the entry's block. */
    public static List<String> of(MonitorPlan plan, String watch) {
        return plansOf(plan, watch).stream().map(DetectorPlan.Cap::id).toList();
    }

    /** The caps on an entry, in the order of their numbers. */
    static List<DetectorPlan.Cap> plansOf(MonitorPlan plan, String watch) {
        List<DetectorPlan.Cap> caps = new ArrayList<>();
        for (DetectorPlan detector : plan.detectors()) {
            if (detector instanceof DetectorPlan.Cap cap && cap.watches().contains(watch)) {
                caps.add(cap);
            }
        }
        return caps;
    }
}
