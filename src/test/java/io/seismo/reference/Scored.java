package io.seismo.reference;

import io.seismo.wire.Breach;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Reason;
import io.seismo.wire.RefusalCount;
import io.seismo.wire.RequestScore;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What ENCODE and SCORE of one partition wrote, in order. */
public final class Scored implements io.seismo.score.ScoreOutput {

    /** A partial and where it goes. */
    public record Sent(int watchPartition, PanePartial partial) {}

    /** How much had been written. */
    record Mark(int scores, int breaches, int partials) {}

    final List<RequestScore> scores = new ArrayList<>();
    final List<Breach> breaches = new ArrayList<>();
    final List<Sent> partials = new ArrayList<>();

    Mark mark() {
        return new Mark(scores.size(), breaches.size(), partials.size());
    }

    /** Takes back what was written since. */
    void backTo(Mark mark) {
        scores.subList(mark.scores(), scores.size()).clear();
        breaches.subList(mark.breaches(), breaches.size()).clear();
        partials.subList(mark.partials(), partials.size()).clear();
    }

    @Override
    public void score(RequestScore score) {
        scores.add(score);
    }

    @Override
    public void breach(Breach breach) {
        breaches.add(breach);
    }

    @Override
    public void partial(int watchPartition, PanePartial partial) {
        partials.add(new Sent(watchPartition, partial));
    }

    /** Partials to one watch partition. */
    public List<PanePartial> to(int watchPartition) {
        return partials.stream()
                .filter(sent -> sent.watchPartition() == watchPartition)
                .map(Sent::partial)
                .toList();
    }

    /** Counts of all panes that were closed, summed. */
    public PaneTotals totals() {
        PaneTotals.Builder sum = PaneTotals.newBuilder();
        SortedMap<Reason, long[]> refusals = new TreeMap<>();
        for (PanePartial partial : to(0)) {
            PaneTotals totals = partial.getMarker().getTotals();
            sum.setRowsSeen(sum.getRowsSeen() + totals.getRowsSeen())
                    .setRowsScored(sum.getRowsScored() + totals.getRowsScored())
                    .setFrames(sum.getFrames() + totals.getFrames())
                    .setFramesMissing(sum.getFramesMissing() + totals.getFramesMissing())
                    .setOrphans(sum.getOrphans() + totals.getOrphans())
                    .setRequestsSeen(sum.getRequestsSeen() + totals.getRequestsSeen());
            for (RefusalCount refusal : totals.getRefusalsList()) {
                long[] counts = refusals.computeIfAbsent(refusal.getReason(), none -> new long[2]);
                counts[0] += refusal.getRecords();
                counts[1] += refusal.getRows();
            }
        }
        refusals.forEach((reason, counts) -> sum.addRefusals(RefusalCount.newBuilder()
                .setReason(reason)
                .setRecords(counts[0])
                .setRows(counts[1])));
        return sum.build();
    }

    /** Scores without provenance. */
    public List<RequestScore> scores() {
        return scores.stream()
                .map(score -> score.toBuilder().clearFirst().clearLast().build())
                .toList();
    }

    /** Breaches without provenance. */
    public List<Breach> breaches() {
        return breaches.stream()
                .map(breach -> breach.toBuilder().clearOrigin().build())
                .toList();
    }
}
