package io.seismo.watch;

import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.FixedPoint;
import io.seismo.window.Ring;
import io.seismo.window.RollUp;
import io.seismo.window.WatchBlock;
import io.seismo.wire.PaneTotals;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rings: minutes and hours of feature blocks and totals, hours of fidelity, the week of watch entries. A pane belongs to the slot
 * in which it starts.
 */
final class RollUps {

    /** Counts of the totals in the rings. */
    record Totals(long seen, long sampled, long accounted, long served, long refused) {

        static final Totals NONE = new Totals(0, 0, 0, 0, 0);
        private static final int COUNTS = 5;

        static Totals of(PaneTotals totals) {
            return new Totals(
                    totals.getRequestsSeen(),
                    totals.getRequestsSampled(),
                    totals.getRowsAccounted(),
                    totals.getRowsServed(),
                    TotalsSum.refused(totals));
        }

        static Totals read(byte @Nullable [] payload) {
            long[] counts = RollUp.counts(payload, COUNTS);
            return new Totals(counts[0], counts[1], counts[2], counts[3], counts[4]);
        }

        byte[] toBytes() {
            return RollUp.counts(seen, sampled, accounted, served, refused);
        }

        Totals plus(Totals more) {
            return new Totals(
                    FixedPoint.add(seen, more.seen),
                    FixedPoint.add(sampled, more.sampled),
                    FixedPoint.add(accounted, more.accounted),
                    FixedPoint.add(served, more.served),
                    FixedPoint.add(refused, more.refused));
        }
    }

    /** Requests that fired and that were seen. */
    record FiredSeen(long fired, long seen) {

        FiredSeen plus(FiredSeen more) {
            return new FiredSeen(FixedPoint.add(fired, more.fired), FixedPoint.add(seen, more.seen));
        }
    }

    private final KeyedState state;
    private final long paneMs;

    RollUps(KeyedState state, long paneMs) {
        this.state = state;
        this.paneMs = paneMs;
    }

    /** Adds a pane; {@code watches} are the entries that live here. */
    void add(MergedPane pane, List<String> watches) {
        long startMs = pane.endMs() - paneMs;
        for (Ring ring : List.of(Ring.MINUTES, Ring.HOURS)) {
            for (Map.Entry<String, FeatureBlock> block : pane.features().entrySet()) {
                addBlock(ring, startMs, block.getKey(), block.getValue());
            }
            Totals sum = totals(ring, startMs).plus(Totals.of(pane.totals()));
            put(ring, startMs, Keys.TOTALS, sum.toBytes());
        }
        pane.fidelity().forEach((key, block) -> {
            FidelityBlock sum = fidelity(key, Ring.HOURS.slot(startMs));
            sum.merge(block);
            put(Ring.HOURS, startMs, key, sum.encode());
        });
        for (String watch : watches) {
            WatchBlock block = pane.watches().get("w/" + watch);
            FiredSeen now = new FiredSeen(
                    block == null ? 0 : block.fired(), pane.totals().getRequestsSeen());
            FiredSeen sum = hour(watch, startMs).plus(now);
            put(Ring.WEEK, startMs, "w/" + watch, RollUp.counts(sum.fired(), sum.seen()));
        }
    }

    /** Totals of the slot that holds a time. */
    Totals totals(Ring ring, long timeMs) {
        return Totals.read(get(ring, timeMs, Keys.TOTALS));
    }

    /** A watch entry's hour. */
    FiredSeen hour(String watch, long timeMs) {
        long[] counts = RollUp.counts(get(Ring.WEEK, timeMs, "w/" + watch), 2);
        return new FiredSeen(counts[0], counts[1]);
    }

    /** A feature block's slot; {@code null} when nothing fired in it. */
    @Nullable
    FeatureBlock block(Ring ring, long timeMs, String key) {
        byte[] payload = get(ring, timeMs, key);
        return payload == null ? null : FeatureBlock.decode(payload);
    }

    /** How an encoder described its rows in the hours of the ring that ended before a window. */
    FidelityBlock fidelityBefore(String encoder, long windowStartMs, long windowEndMs) {
        String key = new BlockKey.Fidelity(encoder).text();
        FidelityBlock sum = new FidelityBlock();
        long newest = Ring.HOURS.slot(windowStartMs);
        for (long slot = Ring.HOURS.slot(windowEndMs - 1) - Ring.HOURS.slots() + 1; slot < newest; slot++) {
            sum.merge(fidelity(key, slot));
        }
        return sum;
    }

    private FidelityBlock fidelity(String key, long slot) {
        byte[] payload = get(Ring.HOURS, slot * Ring.HOURS.slotMs(), key);
        return payload == null ? new FidelityBlock() : FidelityBlock.wrap(payload);
    }

    private void addBlock(Ring ring, long startMs, String key, FeatureBlock pane) {
        FeatureBlock sum = block(ring, startMs, key);
        if (sum == null) {
            sum = new FeatureBlock();
        }
        sum.merge(pane);
        put(ring, startMs, key, sum.encode());
    }

    private byte @Nullable [] get(Ring ring, long timeMs, String key) {
        long slot = ring.slot(timeMs);
        return RollUp.payload(state.get(ring.key(key, slot)), slot);
    }

    private void put(Ring ring, long timeMs, String key, byte[] payload) {
        long slot = ring.slot(timeMs);
        state.put(ring.key(key, slot), new RollUp(slot, payload).toBytes());
    }
}
