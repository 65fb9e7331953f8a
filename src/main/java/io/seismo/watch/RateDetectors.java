package io.seismo.watch;

import io.seismo.detector.RateDetector;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import java.util.TreeMap;

/** The rate detectors of a plan. Their limits are computed when first needed and kept, so a restart of WATCH reuses them. */
final class RateDetectors {

    private final TreeMap<String, RateDetector> byId = new TreeMap<>();

    RateDetectors(MonitorPlan plan) {
        for (DetectorPlan detector : plan.detectors()) {
            if (detector instanceof DetectorPlan.Rate rate) {
                byId.put(rate.id(), RateDetector.of(rate, plan.timing().paneMs()));
            }
        }
    }

    RateDetector of(DetectorPlan.Rate plan) {
        RateDetector detector = byId.get(plan.id());
        if (detector == null) {
            throw new IllegalArgumentException("no rate detector " + plan.id());
        }
        return detector;
    }
}
