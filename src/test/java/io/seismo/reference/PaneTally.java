package io.seismo.reference;

import io.seismo.wire.CanaryCount;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Reason;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a pane counts, in plain sorted maps; sums that overflow fail loudly. */
final class PaneTally {

    /** Statistics of a watch entry. */
    static final class Watch {
        long fired;
        long closed;
        long tokens;
        long tokensAbove;
        long sum;
        float max;
        final SortedMap<Integer, Long> histogram = new TreeMap<>();
        /** By cap detector id. */
        final SortedMap<String, Long> breaches = new TreeMap<>();
    }

    /** Statistics of a feature. */
    static final class Feature {
        long tokens;
        long requests;
        long sum;
        float max;
    }

    /** How an encoder describes its rows. */
    static final class Fidelity {
        long rows;
        long fired;
        long rebuilt;
        long error;
        long deviation;
    }

    /** Refusals of one reason. */
    record Refusals(long records, long rows) {}

    final SortedMap<String, Watch> watches = new TreeMap<>();
    /** By encoder, then feature. */
    final SortedMap<String, SortedMap<Integer, Feature>> features = new TreeMap<>();

    /** By encoder that a detector looks at. */
    final SortedMap<String, Fidelity> fidelity = new TreeMap<>();

    final SortedMap<Reason, Refusals> refusals = new TreeMap<>();
    /** By canary, then finding: segments, complete ones, and what was said first. */
    final SortedMap<String, SortedMap<Integer, CanaryCount.Builder>> canaries = new TreeMap<>();

    /** All but refusals and canaries. */
    final PaneTotals.Builder totals = PaneTotals.newBuilder();

    Watch watch(String id) {
        return watches.computeIfAbsent(id, none -> new Watch());
    }

    Feature feature(String encoder, int feature) {
        return features.computeIfAbsent(encoder, none -> new TreeMap<>())
                .computeIfAbsent(feature, none -> new Feature());
    }

    Fidelity fidelity(String encoder) {
        return fidelity.computeIfAbsent(encoder, none -> new Fidelity());
    }

    void refuse(Reason reason, long records, long rows) {
        refusals.merge(
                reason,
                new Refusals(records, rows),
                (a, b) -> new Refusals(Math.addExact(a.records, b.records), Math.addExact(a.rows, b.rows)));
    }

    void say(ReferenceCanaries.Said said, long segments, long complete) {
        CanaryCount.Builder count = canaries.computeIfAbsent(said.canary(), none -> new TreeMap<>())
                .computeIfAbsent(
                        said.finding().getNumber(),
                        none -> CanaryCount.newBuilder()
                                .setCanary(said.canary())
                                .setFinding(said.finding())
                                .setDetail(said.detail()));
        count.setSegments(count.getSegments() + segments).setComplete(count.getComplete() + complete);
    }

    /** Canaries in order. */
    List<CanaryCount> canaries() {
        return canaries.values().stream()
                .flatMap(of -> of.values().stream())
                .map(CanaryCount.Builder::build)
                .toList();
    }

    /** The part of it that still means the same; totals and refusals always do. */
    PaneTally only(ReferenceMeaning meaning) {
        PaneTally kept = new PaneTally();
        kept.add(this);
        kept.watches.keySet().removeIf(id -> !meaning.ofEntry(id));
        kept.watches.forEach((id, of) -> of.breaches.keySet().removeIf(cap -> !meaning.ofBreaches(cap, id)));
        kept.features.keySet().removeIf(encoder -> !meaning.ofFeatures(encoder));
        kept.fidelity.keySet().removeIf(encoder -> !meaning.ofFeatures(encoder));
        return kept;
    }

    /** Adds another partition's tally of the same pane. */
    void add(PaneTally other) {
        other.watches.forEach((id, from) -> add(watch(id), from));
        other.features.forEach((encoder, all) -> all.forEach((feature, from) -> add(feature(encoder, feature), from)));
        other.fidelity.forEach((encoder, from) -> add(fidelity(encoder), from));
        other.refusals.forEach((reason, from) -> refuse(reason, from.records, from.rows));
        other.canaries()
                .forEach(from -> say(
                        new ReferenceCanaries.Said(0, from.getCanary(), from.getFinding(), from.getDetail(), false),
                        from.getSegments(),
                        from.getComplete()));
        addTotals(other.totals);
    }

    private static void add(Watch into, Watch from) {
        into.fired = Math.addExact(into.fired, from.fired);
        into.closed = Math.addExact(into.closed, from.closed);
        into.tokens = Math.addExact(into.tokens, from.tokens);
        into.tokensAbove = Math.addExact(into.tokensAbove, from.tokensAbove);
        into.sum = Math.addExact(into.sum, from.sum);
        into.max = Math.max(into.max, from.max);
        from.histogram.forEach((bucket, count) -> into.histogram.merge(bucket, count, Math::addExact));
        from.breaches.forEach((cap, count) -> into.breaches.merge(cap, count, Math::addExact));
    }

    private static void add(Fidelity into, Fidelity from) {
        into.rows = Math.addExact(into.rows, from.rows);
        into.fired = Math.addExact(into.fired, from.fired);
        into.rebuilt = Math.addExact(into.rebuilt, from.rebuilt);
        into.error = Math.addExact(into.error, from.error);
        into.deviation = Math.addExact(into.deviation, from.deviation);
    }

    private static void add(Feature into, Feature from) {
        into.tokens = Math.addExact(into.tokens, from.tokens);
        into.requests = Math.addExact(into.requests, from.requests);
        into.sum = Math.addExact(into.sum, from.sum);
        into.max = Math.max(into.max, from.max);
    }

    private void addTotals(PaneTotals.Builder from) {
        totals.setRequestsSeen(totals.getRequestsSeen() + from.getRequestsSeen())
                .setRowsSeen(totals.getRowsSeen() + from.getRowsSeen())
                .setRowsScored(totals.getRowsScored() + from.getRowsScored())
                .setRowsSpecial(totals.getRowsSpecial() + from.getRowsSpecial())
                .setRowsPadding(totals.getRowsPadding() + from.getRowsPadding())
                .setRowsFirst(totals.getRowsFirst() + from.getRowsFirst())
                .setRowsSink(totals.getRowsSink() + from.getRowsSink())
                .setRowsAccounted(totals.getRowsAccounted() + from.getRowsAccounted())
                .setRowsServed(totals.getRowsServed() + from.getRowsServed())
                .setFrames(totals.getFrames() + from.getFrames())
                .setFramesMissing(totals.getFramesMissing() + from.getFramesMissing())
                .setOrphans(totals.getOrphans() + from.getOrphans())
                .setEvictions(totals.getEvictions() + from.getEvictions())
                .setSaturations(totals.getSaturations() + from.getSaturations())
                .setSources(totals.getSources() + from.getSources())
                .setRequestsSampled(totals.getRequestsSampled() + from.getRequestsSampled())
                .setRowsCanary(totals.getRowsCanary() + from.getRowsCanary());
    }
}
