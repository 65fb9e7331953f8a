package io.seismo.reference;

import io.seismo.detector.ActiveBand;
import io.seismo.detector.RatioSums;
import io.seismo.detector.RatioVerdict;
import io.seismo.detector.UnexplainedCeiling;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.Timing;
import io.seismo.wire.VerdictCore;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What detectors of an encoder say: windows and the usual are summed anew from all panes whenever a window ends. */
final class ReferenceFidelity {

    private static final long HOUR_MS = 3_600_000;

    private final Timing timing;
    private final SortedMap<Long, PaneTally> past;
    /** The first pane that counts as usual for an encoder; all do when there is none. */
    private final SortedMap<String, Long> since = new TreeMap<>();

    ReferenceFidelity(Timing timing, SortedMap<Long, PaneTally> past) {
        this.timing = timing;
        this.past = past;
    }

    /** From this pane on another plan holds: encoders that mean something else have no usual. */
    void succeed(ReferenceMeaning meaning, long pane) {
        for (PaneTally tally : past.values()) {
            for (String encoder : tally.fidelity.keySet()) {
                if (!meaning.ofFeatures(encoder)) {
                    since.put(encoder, pane);
                }
            }
        }
    }

    VerdictCore judge(DetectorPlan.OfEncoder detector, long pane, List<PaneTally> window) {
        long windowMs = detector.windowPanes() * timing.paneMs();
        RatioSums sums = RatioSums.NONE;
        long fired = 0;
        long rows = 0;
        for (PaneTally tally : window) {
            PaneTally.Fidelity of = tally.fidelity.getOrDefault(detector.encoder(), new PaneTally.Fidelity());
            sums = sums.plus(above(detector, of), below(detector, of));
            fired += of.fired;
            rows += of.rows;
        }
        long startMs = timing.end(pane) - windowMs;
        RatioVerdict.Window judged =
                new RatioVerdict.Window(startMs, sums, fired, rows, usual(detector, startMs, timing.end(pane)));
        RatioVerdict verdict = detector instanceof DetectorPlan.UnexplainedCeiling ceiling
                ? new UnexplainedCeiling(ceiling.above(), ceiling.falsePagesPerWeek(), windowMs).verdict(judged)
                : band((DetectorPlan.ActiveBand) detector, windowMs).verdict(judged);
        return verdict.toCore(detector.id(), detector.falsePagesPerWeek());
    }

    private static ActiveBand band(DetectorPlan.ActiveBand band, long windowMs) {
        return new ActiveBand(band.least(), band.most(), band.falsePagesPerWeek(), windowMs);
    }

    /** Whole hours of the last 24 that ended when the window began or before. */
    private double usual(DetectorPlan.OfEncoder detector, long startMs, long endMs) {
        long oldest = (endMs - 1) / HOUR_MS - 23;
        double above = 0;
        double below = 0;
        for (Map.Entry<Long, PaneTally> entry : past.entrySet()) {
            long hour = (timing.end(entry.getKey()) - timing.paneMs()) / HOUR_MS;
            boolean counts = entry.getKey() >= since.getOrDefault(detector.encoder(), Long.MIN_VALUE);
            PaneTally.Fidelity of = entry.getValue().fidelity.get(detector.encoder());
            if (counts && of != null && hour >= oldest && hour < startMs / HOUR_MS) {
                above += above(detector, of);
                below += below(detector, of);
            }
        }
        return below > 0 ? above / below : 0;
    }

    private static double above(DetectorPlan.OfEncoder detector, PaneTally.Fidelity of) {
        return detector instanceof DetectorPlan.UnexplainedCeiling ? of.error : of.fired;
    }

    private static double below(DetectorPlan.OfEncoder detector, PaneTally.Fidelity of) {
        return detector instanceof DetectorPlan.UnexplainedCeiling ? of.deviation : of.rows;
    }
}
