package io.seismo.reference;

import io.seismo.spec.AggregatorSpec;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.BaselinePolicy;
import io.seismo.spec.MonitorPlan.Column;
import io.seismo.spec.Precision;
import io.seismo.spec.TapPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Dtype;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What means the same in two plans. Everything that has a meaning is spelt out in full, by what it reads and not by what
 * it is called, and two meanings are the same when they are spelt the same.
 */
final class ReferenceMeaning {

    /**
     * What comes out of a hook point; the tap's name does not matter. What one tap skips is scored for none, so all skips
     * of the plan belong to each.
     */
    private record Rows(String model, String hook, int dIn, Dtype dtype, List<String> skipped) {}

    private record Numbers(String weights, Precision precision, float topkThreshold) {}

    private record Signal(Rows rows, Numbers numbers, int feature) {}

    private record Entry(List<Signal> signals, AggregatorSpec aggregator, float firesAbove) {}

    private record Features(Rows rows, Numbers numbers, double fullFraction) {}

    private record Limit(Entry entry, float above) {}

    private record Rate(Entry entry, double priorRate, int windowPanes, List<Double> shifts, BaselinePolicy baseline) {}

    private record Fidelity(Features features, String encoder, Class<?> looksAt, int windowPanes) {}

    private final MonitorPlan before;
    private final MonitorPlan after;

    ReferenceMeaning(MonitorPlan before, MonitorPlan after) {
        this.before = before;
        this.after = after;
    }

    /** Whether what was counted of a watch entry still counts. */
    boolean ofEntry(String watch) {
        return same(entry(before, watch), entry(after, watch));
    }

    /** Whether what was counted of an encoder's features still counts. */
    boolean ofFeatures(String encoder) {
        return same(features(before, encoder), features(after, encoder));
    }

    /** Whether breaches of a cap by requests of an entry still count. */
    boolean ofBreaches(String cap, String watch) {
        return same(limit(before, cap, watch), limit(after, cap, watch));
    }

    /** Whether a rate detector's state about an entry goes on. */
    boolean ofRate(String detector, String watch) {
        return same(rate(before, detector, watch), rate(after, detector, watch));
    }

    /** Whether a coverage floor's state goes on. */
    boolean ofCoverage(String detector) {
        return same(coverageWindow(before, detector), coverageWindow(after, detector));
    }

    /** Whether the state of a detector that looks at an encoder goes on. */
    boolean ofFidelity(String detector) {
        return same(fidelity(before, detector), fidelity(after, detector));
    }

    private static Optional<Fidelity> fidelity(MonitorPlan plan, String id) {
        return detector(plan, id)
                .filter(detector -> detector instanceof DetectorPlan.OfEncoder)
                .map(detector -> (DetectorPlan.OfEncoder) detector)
                .flatMap(of -> features(plan, of.encoder())
                        .map(features -> new Fidelity(features, of.encoder(), of.getClass(), of.windowPanes())));
    }

    private static boolean same(Optional<?> before, Optional<?> after) {
        return before.isPresent() && before.equals(after);
    }

    private static Rows rows(MonitorPlan plan, TapPlan tap) {
        TreeSet<String> skipped = new TreeSet<>();
        for (TapPlan any : plan.taps()) {
            if (any.skipFirst()) {
                skipped.add("first");
            }
            if (any.skipSpecial()) {
                skipped.add("special");
            }
            if (any.sinkNorm() > 0) {
                skipped.add("norm above " + any.sinkNorm() + " at " + any.hook());
            }
        }
        return new Rows(plan.model(), tap.hook(), tap.dIn(), tap.dtype(), List.copyOf(skipped));
    }

    private static Numbers numbers(TapPlan.EncoderPlan encoder) {
        return new Numbers(
                encoder.weights().isEmpty() ? encoder.location() : encoder.weights(),
                encoder.arithmetic().precision(),
                encoder.arithmetic().topkThreshold());
    }

    private static Optional<Entry> entry(MonitorPlan plan, String id) {
        for (WatchPlan watch : plan.watches()) {
            if (watch.id().equals(id)) {
                List<Signal> signals = watch.columns().stream()
                        .map(column -> signal(plan, plan.columns().get(column)))
                        .toList();
                return Optional.of(new Entry(signals, watch.aggregator(), watch.firesAbove()));
            }
        }
        return Optional.empty();
    }

    private static Signal signal(MonitorPlan plan, Column column) {
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                if (tap.name().equals(column.tap()) && encoder.name().equals(column.encoder())) {
                    return new Signal(rows(plan, tap), numbers(encoder), column.feature());
                }
            }
        }
        throw new IllegalArgumentException("no encoder for " + column);
    }

    private static Optional<Features> features(MonitorPlan plan, String name) {
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                if (encoder.name().equals(name)) {
                    return Optional.of(new Features(rows(plan, tap), numbers(encoder), encoder.fullFraction()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<DetectorPlan> detector(MonitorPlan plan, String id) {
        return plan.detectors().stream()
                .filter(detector -> detector.id().equals(id))
                .findFirst();
    }

    private static Optional<Limit> limit(MonitorPlan plan, String id, String watch) {
        return detector(plan, id)
                .map(detector -> detector instanceof DetectorPlan.Cap cap
                                && cap.watches().contains(watch)
                        ? new Limit(entry(plan, watch).orElseThrow(), cap.above())
                        : null);
    }

    private static Optional<Rate> rate(MonitorPlan plan, String id, String watch) {
        return detector(plan, id)
                .map(detector -> detector instanceof DetectorPlan.Rate rate
                                && rate.watches().contains(watch)
                        ? new Rate(
                                entry(plan, watch).orElseThrow(),
                                plan.watch(watch).priorRate(),
                                rate.windowPanes(),
                                rate.shifts(),
                                plan.baseline())
                        : null);
    }

    private static Optional<Integer> coverageWindow(MonitorPlan plan, String id) {
        return detector(plan, id)
                .map(detector -> detector instanceof DetectorPlan.CoverageFloor floor ? floor.windowPanes() : null);
    }
}
