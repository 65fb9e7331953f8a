package io.seismo.spec;

import java.util.ArrayList;
import java.util.List;

/** Detectors of a spec as a plan has them: entries by name, windows in panes. */
final class DetectorPlans {

    private final MonitorSpec spec;

    private DetectorPlans(MonitorSpec spec) {
        this.spec = spec;
    }

    /** Of a spec that passed its checks, sorted by id. */
    static List<DetectorPlan> of(MonitorSpec spec) {
        DetectorPlans plans = new DetectorPlans(spec);
        List<DetectorPlan> all = new ArrayList<>();
        spec.detectors().forEach((id, detector) -> all.add(plans.plan(id, detector)));
        return all;
    }

    private DetectorPlan plan(String id, DetectorSpec detector) {
        if (detector instanceof DetectorSpec.Rate rate) {
            List<String> watches = rate.watch().of(spec.watch().keySet());
            return new DetectorPlan.Rate(id, watches, panes(rate), rate.shifts(), rate.falsePagesPerWeek());
        }
        if (detector instanceof DetectorSpec.Cap cap) {
            return new DetectorPlan.Cap(id, cap.watch().of(spec.watch().keySet()), cap.above(), cap.setBy());
        }
        if (detector instanceof DetectorSpec.Ceiling ceiling) {
            return new DetectorPlan.UnexplainedCeiling(
                    id, ceiling.encoder(), panes(ceiling), ceiling.above(), ceiling.falsePagesPerWeek());
        }
        if (detector instanceof DetectorSpec.Band band) {
            return new DetectorPlan.ActiveBand(
                    id, band.encoder(), panes(band), band.least(), band.most(), band.falsePagesPerWeek());
        }
        if (detector instanceof DetectorSpec.CanaryMatch canary) {
            return new DetectorPlan.CanaryMatch(id, canary.silentMs(), canary.falsePagesPerWeek());
        }
        DetectorSpec.Floor floor = (DetectorSpec.Floor) detector;
        return new DetectorPlan.CoverageFloor(id, panes(floor), floor.below(), floor.falsePagesPerWeek());
    }

    private int panes(DetectorSpec.Windowed windowed) {
        return Math.toIntExact(windowed.windowMs() / spec.timing().paneMs());
    }
}
