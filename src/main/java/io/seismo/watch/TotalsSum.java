package io.seismo.watch;

import io.seismo.window.BlockKey;
import io.seismo.window.FixedPoint;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RefusalCount;
import java.util.Map;
import java.util.TreeMap;

/** Sums totals field by field, clipping at the largest value; refusals by reason, in the order of reason numbers. */
final class TotalsSum {

    private final PaneTotals.Builder sum = PaneTotals.newBuilder();
    private final TreeMap<Integer, long[]> refusals = new TreeMap<>();
    private final TreeMap<String, TreeMap<Integer, CanaryCount>> canaries = new TreeMap<>(BlockKey.ORDER);

    void add(PaneTotals more) {
        sum.setRequestsSeen(plus(sum.getRequestsSeen(), more.getRequestsSeen()))
                .setRowsSeen(plus(sum.getRowsSeen(), more.getRowsSeen()))
                .setRowsScored(plus(sum.getRowsScored(), more.getRowsScored()))
                .setRowsSpecial(plus(sum.getRowsSpecial(), more.getRowsSpecial()))
                .setRowsPadding(plus(sum.getRowsPadding(), more.getRowsPadding()))
                .setRowsFirst(plus(sum.getRowsFirst(), more.getRowsFirst()))
                .setRowsSink(plus(sum.getRowsSink(), more.getRowsSink()))
                .setRowsAccounted(plus(sum.getRowsAccounted(), more.getRowsAccounted()))
                .setRowsServed(plus(sum.getRowsServed(), more.getRowsServed()))
                .setFrames(plus(sum.getFrames(), more.getFrames()))
                .setFramesMissing(plus(sum.getFramesMissing(), more.getFramesMissing()))
                .setOrphans(plus(sum.getOrphans(), more.getOrphans()))
                .setEvictions(plus(sum.getEvictions(), more.getEvictions()))
                .setSaturations(plus(sum.getSaturations(), more.getSaturations()))
                .setSources(plus(sum.getSources(), more.getSources()))
                .setRequestsSampled(plus(sum.getRequestsSampled(), more.getRequestsSampled()))
                .setRowsCanary(plus(sum.getRowsCanary(), more.getRowsCanary()));
        for (RefusalCount refusal : more.getRefusalsList()) {
            long[] counts = refusals.computeIfAbsent(refusal.getReasonValue(), reason -> new long[2]);
            counts[0] = plus(counts[0], refusal.getRecords());
            counts[1] = plus(counts[1], refusal.getRows());
        }
        more.getCanariesList().forEach(this::addCanary);
    }

    /** The words are those of the first partition that has some. */
    private void addCanary(CanaryCount more) {
        canaries.computeIfAbsent(more.getCanary(), name -> new TreeMap<>())
                .merge(
                        more.getFindingValue(),
                        more,
                        (one, other) -> one.toBuilder()
                                .setSegments(plus(one.getSegments(), other.getSegments()))
                                .setComplete(plus(one.getComplete(), other.getComplete()))
                                .build());
    }

    void addSaturations(long clipped) {
        sum.setSaturations(plus(sum.getSaturations(), clipped));
    }

    PaneTotals total() {
        PaneTotals.Builder total = sum.clone().clearRefusals();
        for (Map.Entry<Integer, long[]> refusal : refusals.entrySet()) {
            total.addRefusals(RefusalCount.newBuilder()
                    .setReasonValue(refusal.getKey())
                    .setRecords(refusal.getValue()[0])
                    .setRows(refusal.getValue()[1]));
        }
        canaries.values().forEach(byFinding -> total.addAllCanaries(byFinding.values()));
        return total.build();
    }

    /** Records refused, over all reasons. */
    static long refused(PaneTotals totals) {
        long refused = 0;
        for (RefusalCount refusal : totals.getRefusalsList()) {
            refused = plus(refused, refusal.getRecords());
        }
        return refused;
    }

    private static long plus(long a, long b) {
        return FixedPoint.add(a, b);
    }
}
