package io.seismo.watch;

import io.seismo.detector.ActiveBand;
import io.seismo.detector.RatioVerdict;
import io.seismo.detector.UnexplainedCeiling;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.Timing;
import io.seismo.window.FidelityBlock;
import io.seismo.wire.VerdictCore;

/**
 * Detectors that look at how an SAE describes its rows: what it leaves of them, and how many features fire.
 *
 * <p>The usual they are shown with is that of the hours of the last day that ended before the window.
 */
final class FidelityDetectors {

    private final Timing timing;
    private final RollUps rollUps;
    private final KeyedState state;

    FidelityDetectors(Timing timing, KeyedState state) {
        this.timing = timing;
        this.rollUps = new RollUps(state, timing.paneMs());
        this.state = state;
    }

    /** Takes a pane; gives the verdict that holds at its end. */
    VerdictCore judge(DetectorPlan.OfEncoder detector, MergedPane pane) {
        FidelityBlock block = pane.fidelity(detector.encoder());
        String key = Keys.detector(detector.id(), detector.id());
        byte[] bytes = state.get(key);
        HeldRatio held = bytes == null ? HeldRatio.EMPTY : HeldRatio.fromBytes(bytes);
        held = held.plus(numerator(detector, block), denominator(detector, block), block.fired(), block.rows());
        if (pane.endsWindow(detector.windowPanes())) {
            VerdictCore now = verdict(detector, held, pane).toCore(detector.id(), detector.falsePagesPerWeek());
            held = HeldRatio.judged(Verdicts.known(now, held.verdict()));
        }
        state.put(key, held.toBytes());
        return held.verdict();
    }

    private RatioVerdict verdict(DetectorPlan.OfEncoder detector, HeldRatio held, MergedPane pane) {
        long windowMs = detector.windowPanes() * timing.paneMs();
        long startMs = pane.endMs() - windowMs;
        FidelityBlock before = rollUps.fidelityBefore(detector.encoder(), startMs, pane.endMs());
        double of = denominator(detector, before);
        double usual = of > 0 ? numerator(detector, before) / of : 0;
        RatioVerdict.Window window = new RatioVerdict.Window(startMs, held.sums(), held.fired(), held.tokens(), usual);
        if (detector instanceof DetectorPlan.UnexplainedCeiling ceiling) {
            return new UnexplainedCeiling(ceiling.above(), ceiling.falsePagesPerWeek(), windowMs).verdict(window);
        }
        DetectorPlan.ActiveBand band = (DetectorPlan.ActiveBand) detector;
        return new ActiveBand(band.least(), band.most(), band.falsePagesPerWeek(), windowMs).verdict(window);
    }

    private static double numerator(DetectorPlan.OfEncoder detector, FidelityBlock block) {
        return detector instanceof DetectorPlan.UnexplainedCeiling ? block.error() : block.fired();
    }

    private static double denominator(DetectorPlan.OfEncoder detector, FidelityBlock block) {
        return detector instanceof DetectorPlan.UnexplainedCeiling ? block.deviation() : block.rows();
    }
}
