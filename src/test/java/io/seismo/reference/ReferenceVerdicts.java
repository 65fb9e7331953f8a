package io.seismo.reference;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RatePolicy;
import io.seismo.detector.AbsoluteCap;
import io.seismo.detector.CoverageFloor;
import io.seismo.detector.RateDetector;
import io.seismo.detector.RateState;
import io.seismo.detector.Verdict;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.VerdictCore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** What each detector says about each subject: windows are summed anew from the panes whenever one ends. */
final class ReferenceVerdicts {

    private record Learning(DetectorPlan.Rate rate, String watch, CountWindow window) {}

    /** A detector keeps no state, and its limits take long to find. */
    private static final Map<DetectorPlan.Rate, Map<Long, RateDetector>> DETECTORS = new ConcurrentHashMap<>();

    private MonitorPlan plan;
    private final SortedMap<Long, PaneTally> past = new TreeMap<>();
    private final SortedMap<String, RateState> rates = new TreeMap<>();
    private final SortedMap<String, VerdictCore> held = new TreeMap<>();
    /** The first pane that counts for a detector on a subject; all do when there is none. */
    private final SortedMap<String, Long> since = new TreeMap<>();

    private final List<Learning> learning = new ArrayList<>();

    ReferenceVerdicts(MonitorPlan plan) {
        this.plan = plan;
    }

    /** From this pane on another plan judges: what does not mean the same is forgotten and counts anew. */
    void succeed(MonitorPlan next, long pane) {
        ReferenceMeaning meaning = new ReferenceMeaning(plan, next);
        TreeSet<String> same = new TreeSet<>();
        TreeSet<String> anew = new TreeSet<>();
        for (DetectorPlan detector : next.detectors()) {
            if (detector instanceof DetectorPlan.Rate rate) {
                rate.watches()
                        .forEach(
                                watch -> (meaning.ofRate(rate.id(), watch) ? same : anew).add(rate.id() + "/" + watch));
            } else if (detector instanceof DetectorPlan.CoverageFloor floor) {
                (meaning.ofCoverage(floor.id()) ? same : anew).add(floor.id() + "/" + floor.id());
            } else if (detector instanceof DetectorPlan.CanaryMatch canary) {
                boolean known = plan.detectors().stream()
                        .anyMatch(was -> was instanceof DetectorPlan.CanaryMatch
                                && was.id().equals(canary.id()));
                (known && plan.canaries().equals(next.canaries()) ? same : anew).add(canary.id() + "/" + canary.id());
            }
        }
        rates.keySet().retainAll(same);
        held.keySet().retainAll(same);
        since.keySet().retainAll(same);
        anew.forEach(key -> since.put(key, pane));
        plan = next;
    }

    /** Verdicts on a subject by these detectors, as they stand. */
    List<VerdictCore> of(String subject, List<String> from) {
        List<VerdictCore> said = new ArrayList<>();
        for (String detector : from) {
            VerdictCore verdict = held.get(detector + "/" + subject);
            if (verdict != null) {
                said.add(verdict);
            }
        }
        return said;
    }

    void judge(long pane, PaneTally tally) {
        past.put(pane, tally);
        for (DetectorPlan detector : plan.detectors()) {
            if (detector instanceof DetectorPlan.Rate rate && ends(pane, rate.windowPanes())) {
                rate.watches().forEach(watch -> rate(rate, watch, pane));
            } else if (detector instanceof DetectorPlan.Cap cap) {
                cap.watches().forEach(watch -> cap(cap, watch, pane));
            } else if (detector instanceof DetectorPlan.CoverageFloor floor && ends(pane, floor.windowPanes())) {
                coverage(floor, pane);
            } else if (detector instanceof DetectorPlan.CanaryMatch canary) {
                canaries(canary, pane);
            }
        }
    }

    /** Baselines learn only from windows after which no alert on their entry is active. */
    void learn(Predicate<String> quiet) {
        for (Learning one : learning) {
            RateState state = rates.get(one.rate.id() + "/" + one.watch);
            detector(one.rate).learn(state, one.window, quiet.test(one.watch));
        }
        learning.clear();
    }

    private static boolean ends(long pane, int panes) {
        return (pane + 1) % panes == 0;
    }

    /** The panes of the window that ends with a pane, without those from before a detector began on a subject. */
    private List<PaneTally> window(String key, long pane, int panes) {
        long first = Math.max(pane - panes + 1, since.getOrDefault(key, Long.MIN_VALUE));
        return first > pane
                ? List.of()
                : List.copyOf(past.subMap(first, pane + 1).values());
    }

    private static long fired(PaneTally tally, String watch) {
        PaneTally.Watch of = tally.watches.get(watch);
        return of == null ? 0 : of.fired;
    }

    private void rate(DetectorPlan.Rate rate, String watch, long pane) {
        String key = rate.id() + "/" + watch;
        long fired = 0;
        long seen = 0;
        for (PaneTally tally : window(key, pane, rate.windowPanes())) {
            fired += fired(tally, watch);
            seen += tally.totals.getRequestsSeen();
        }
        long lengthMs = rate.windowPanes() * plan.timing().paneMs();
        CountWindow window = new CountWindow(plan.timing().end(pane), lengthMs, fired, seen);
        RateState state = rates.computeIfAbsent(
                key,
                none -> detector(rate)
                        .start(RatePolicy.of(
                                plan.baseline(), lengthMs, plan.watch(watch).priorRate())));
        Verdict verdict = detector(rate).judge(state, window).decisive();
        learning.add(new Learning(rate, watch, window));
        held.put(key, verdict.toCore(rate.id(), watch, rate.falsePagesPerWeek()));
    }

    private RateDetector detector(DetectorPlan.Rate rate) {
        return DETECTORS
                .computeIfAbsent(rate, none -> new ConcurrentHashMap<>())
                .computeIfAbsent(plan.timing().paneMs(), paneMs -> RateDetector.of(rate, paneMs));
    }

    private void cap(DetectorPlan.Cap cap, String watch, long pane) {
        PaneTally tally = past.get(pane);
        PaneTally.Watch of = tally.watches.get(watch);
        long breaches = of == null ? 0 : of.breaches.getOrDefault(cap.id(), 0L);
        CountWindow window = new CountWindow(
                plan.timing().end(pane), plan.timing().paneMs(), breaches, tally.totals.getRequestsSeen());
        held.put(cap.id() + "/" + watch, AbsoluteCap.verdict(window).toCore(cap.id(), watch, 0));
    }

    /** When nothing is known, what was wrong stays wrong. */
    private void coverage(DetectorPlan.CoverageFloor floor, long pane) {
        String key = floor.id() + "/" + floor.id();
        long accounted = 0;
        long served = 0;
        for (PaneTally tally : window(key, pane, floor.windowPanes())) {
            accounted += tally.totals.getRowsAccounted();
            served += tally.totals.getRowsServed();
        }
        long before = sources(key, pane - floor.windowPanes(), floor.windowPanes());
        long quiet = Math.max(0, before - sources(key, pane, floor.windowPanes()));
        long start =
                plan.timing().end(pane) - floor.windowPanes() * plan.timing().paneMs();
        Verdict verdict =
                new CoverageFloor(floor.below()).verdict(new CoverageFloor.Window(start, accounted, served, quiet));
        VerdictCore last = held.get(key);
        boolean unknown = !verdict.guard().isEmpty();
        held.put(
                key,
                unknown && last != null && last.getDeviant()
                        ? last.toBuilder().setGuard(verdict.guard()).build()
                        : verdict.toCore(floor.id(), "", floor.falsePagesPerWeek()));
    }

    /** All panes are gone through anew: the last good one, and the first bad one behind it. */
    private void canaries(DetectorPlan.CanaryMatch detector, long pane) {
        String key = detector.id() + "/" + detector.id();
        SortedMap<Long, PaneTally> seen = past.tailMap(since.getOrDefault(key, Long.MIN_VALUE));
        long unknown = seen.values().stream()
                .flatMap(tally -> tally.canaries().stream())
                .filter(count -> count.getCanary().isEmpty())
                .mapToLong(CanaryCount::getSegments)
                .sum();
        List<String> words = new ArrayList<>();
        for (CanaryPlan canary : plan.canaries()) {
            long good = plan.timing().end(seen.firstKey()) - plan.timing().paneMs();
            boolean ever = false;
            long wrong = 0;
            String detail = "";
            for (Map.Entry<Long, PaneTally> one : seen.entrySet()) {
                List<CanaryCount> own = one.getValue().canaries().stream()
                        .filter(count -> count.getCanary().equals(canary.name()))
                        .toList();
                long complete = own.stream()
                        .filter(count -> count.getFindingValue() == 1)
                        .mapToLong(CanaryCount::getComplete)
                        .sum();
                List<CanaryCount> bad = own.stream()
                        .filter(count -> count.getFindingValue() != 1)
                        .toList();
                ever |= complete > 0;
                good = complete > 0 ? plan.timing().end(one.getKey()) : good;
                if (!bad.isEmpty()) {
                    wrong += bad.stream().mapToLong(CanaryCount::getSegments).sum();
                    detail = bad.get(0).getDetail();
                } else if (complete > 0) {
                    wrong = 0;
                }
            }
            if (wrong > 0) {
                words.add("canary " + canary.name() + ": " + detail + " (" + wrong
                        + (wrong == 1 ? " segment)" : " segments)"));
            } else if (plan.timing().end(pane) - good > detector.silentMs()) {
                words.add(
                        "canary " + canary.name() + " did not come as recorded for over " + detector.silentMs() / 60_000
                                + " min, " + (ever ? "last before " + Instant.ofEpochMilli(good) : "not once")
                                + (unknown == 0
                                        ? ""
                                        : "; " + unknown + " segments named a canary that the spec does not have"));
            }
        }
        held.put(
                key,
                VerdictCore.newBuilder()
                        .setDetector(detector.id())
                        .setDeviant(!words.isEmpty())
                        .setStatistic(words.size())
                        .setFired(words.size())
                        .setSeen(plan.canaries().size())
                        .setFalsePagesPerWeek(detector.falsePagesPerWeek())
                        .setMethod("canary-match")
                        .setDetail(String.join("; ", words))
                        .build());
    }

    private long sources(String key, long pane, int panes) {
        return window(key, pane, panes).stream()
                .mapToLong(tally -> tally.totals.getSources())
                .max()
                .orElse(0);
    }
}
