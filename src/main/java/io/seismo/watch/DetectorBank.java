package io.seismo.watch;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RatePolicy;
import io.seismo.detector.AbsoluteCap;
import io.seismo.detector.CanaryMatch;
import io.seismo.detector.CanaryState;
import io.seismo.detector.CoverageFloor;
import io.seismo.detector.RateDetector;
import io.seismo.detector.RateState;
import io.seismo.detector.Verdict;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.window.WatchBlock;
import io.seismo.wire.VerdictCore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Runs the detectors of one watch partition over a merged pane, in id order, entries in id order.
 *
 * <p>Windows are aligned groups of panes: a window of six ends with pane p when (p + 1) mod 6 is 0. Between ends the last
 * verdict holds. A cap speaks of each pane by itself.
 *
 * <p>{@link #judge} only looks at old baselines; {@link #learn} follows once the alerts have moved.
 */
final class DetectorBank {

    private final MonitorPlan plan;
    private final Home home;
    private final RateDetectors rates;
    private final KeyedState state;
    private final FidelityDetectors fidelity;
    private final List<Judged> judged = new ArrayList<>();

    /** A rate state between its verdict and its learning; lives within one pane. */
    private record Judged(DetectorPlan.Rate rate, String watch, RateState rateState, CountWindow window) {}

    DetectorBank(MonitorPlan plan, Home home, RateDetectors rates, KeyedState state) {
        this.plan = plan;
        this.home = home;
        this.rates = rates;
        this.state = state;
        this.fidelity = new FidelityDetectors(plan.timing(), state);
    }

    /** Verdicts that hold at the end of the pane. */
    Verdicts judge(MergedPane pane) {
        judged.clear();
        Verdicts verdicts = new Verdicts();
        for (DetectorPlan detector : plan.detectors()) {
            if (detector instanceof DetectorPlan.Rate rate) {
                for (String watch : home.watches(rate.watches())) {
                    verdicts.add(watch, rate.id(), rate(rate, watch, pane));
                }
            } else if (detector instanceof DetectorPlan.Cap cap) {
                for (String watch : home.watches(cap.watches())) {
                    verdicts.add(watch, cap.id(), cap(cap, watch, pane));
                }
            } else if (detector instanceof DetectorPlan.CoverageFloor floor && home.ofSource(floor.id())) {
                verdicts.add(floor.id(), floor.id(), coverage(floor, pane));
            } else if (detector instanceof DetectorPlan.CanaryMatch canary && home.ofSource(canary.id())) {
                verdicts.add(canary.id(), canary.id(), canaries(canary, pane));
            } else if (detector instanceof DetectorPlan.OfEncoder of && home.ofEncoder(of.encoder())) {
                verdicts.add(of.id(), of.id(), fidelity.judge(of, pane));
            }
        }
        return verdicts;
    }

    /**
     * Lets baselines learn from the windows that {@link #judge} has just seen end.
     *
     * @param quiet whether no alert on the entry is pending or firing now
     */
    void learn(Predicate<String> quiet) {
        for (Judged one : judged) {
            RateDetector detector = rates.of(one.rate());
            detector.learn(one.rateState(), one.window(), quiet.test(one.watch()));
            state.put(Keys.baseline(one.rate().id(), one.watch()), detector.write(one.rateState()));
        }
        judged.clear();
    }

    private VerdictCore rate(DetectorPlan.Rate rate, String watch, MergedPane pane) {
        WatchBlock block = pane.watches().get("w/" + watch);
        long fired = block == null ? 0 : block.fired();
        Held held = held(rate.id(), watch).plus(fired, pane.totals().getRequestsSeen(), 0);
        if (pane.endsWindow(rate.windowPanes())) {
            CountWindow window = new CountWindow(
                    pane.endMs(), rate.windowPanes() * plan.timing().paneMs(), held.hits(), held.total());
            RateState rateState = rateState(rate, watch, window.windowMs());
            Verdict verdict = rates.of(rate).judge(rateState, window).decisive();
            judged.add(new Judged(rate, watch, rateState, window));
            held = held.judged(verdict.toCore(rate.id(), watch, rate.falsePagesPerWeek()));
        }
        return keep(rate.id(), watch, held);
    }

    private RateState rateState(DetectorPlan.Rate rate, String watch, long windowMs) {
        RatePolicy policy =
                RatePolicy.of(plan.baseline(), windowMs, plan.watch(watch).priorRate());
        byte[] bytes = state.get(Keys.baseline(rate.id(), watch));
        RateDetector detector = rates.of(rate);
        return bytes == null ? detector.start(policy) : detector.read(policy, bytes);
    }

    private VerdictCore cap(DetectorPlan.Cap cap, String watch, MergedPane pane) {
        WatchBlock block = pane.watches().get("w/" + watch);
        int index = Caps.of(plan, watch).indexOf(cap.id());
        long breaches = block == null || index >= block.caps() ? 0 : block.breaches(index);
        CountWindow window = new CountWindow(
                pane.endMs(), plan.timing().paneMs(), breaches, pane.totals().getRequestsSeen());
        return AbsoluteCap.verdict(window).toCore(cap.id(), watch, 0);
    }

    private VerdictCore coverage(DetectorPlan.CoverageFloor floor, MergedPane pane) {
        Held held = held(floor.id(), floor.id())
                .plus(
                        pane.totals().getRowsAccounted(),
                        pane.totals().getRowsServed(),
                        pane.totals().getSources());
        if (pane.endsWindow(floor.windowPanes())) {
            long start = pane.endMs() - floor.windowPanes() * plan.timing().paneMs();
            long quiet = Math.max(0, held.sourcesBefore() - held.sources());
            Verdict verdict = new CoverageFloor(floor.below())
                    .verdict(new CoverageFloor.Window(start, held.hits(), held.total(), quiet));
            VerdictCore now = verdict.toCore(floor.id(), "", floor.falsePagesPerWeek());
            held = held.judged(Verdicts.known(now, held.verdict()));
        }
        return keep(floor.id(), floor.id(), held);
    }

    private VerdictCore canaries(DetectorPlan.CanaryMatch detector, MergedPane pane) {
        String key = Keys.detector(detector.id(), detector.id());
        byte[] bytes = state.get(key);
        long startMs = pane.endMs() - plan.timing().paneMs();
        CanaryState after = CanaryMatch.next(
                bytes == null ? CanaryState.NEW : CanaryState.fromBytes(bytes),
                plan.canaries().stream().map(CanaryPlan::name).toList(),
                new CanaryMatch.Pane(startMs, pane.endMs(), pane.totals().getCanariesList()));
        state.put(key, after.toBytes());
        CanaryMatch.Judgement judged = new CanaryMatch(detector.silentMs()).judge(after, startMs, pane.endMs());
        return judged.verdict().toCore(detector.id(), "", detector.falsePagesPerWeek()).toBuilder()
                .setDetail(judged.detail())
                .build();
    }

    private Held held(String detector, String subject) {
        byte[] bytes = state.get(Keys.detector(detector, subject));
        return bytes == null ? Held.EMPTY : Held.fromBytes(bytes);
    }

    private VerdictCore keep(String detector, String subject, Held held) {
        state.put(Keys.detector(detector, subject), held.toBytes());
        return held.verdict();
    }
}
