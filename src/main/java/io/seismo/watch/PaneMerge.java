package io.seismo.watch;

import io.seismo.spec.Timing;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Merges the contributions of all partitions to one pane, in ascending partition order.
 *
 * <p>Blocks and totals are sums and maxima, so the order could not change them; suspects are cut to a bound, so there the
 * order is fixed by their content: highest score, then request id, then partition. Nothing depends on when a partition
 * arrived.
 */
final class PaneMerge {

    /** Suspects kept for each watch entry. */
    static final int MAX_TOP = 10;

    /** Highest score first; request ids, then origins, decide among equals. */
    static final Comparator<TopRequest> STRONGEST = Comparator.<TopRequest>comparingDouble(top -> -top.getScore())
            .thenComparing(TopRequest::getRequestId, BlockKey.ORDER)
            .thenComparingInt(top -> top.getOrigin().getPartition());

    private final TreeMap<String, WatchBlock> watches = new TreeMap<>(BlockKey.ORDER);
    private final TreeMap<String, FeatureBlock> features = new TreeMap<>(BlockKey.ORDER);
    private final TreeMap<String, FidelityBlock> fidelity = new TreeMap<>(BlockKey.ORDER);
    private final TreeMap<String, List<TopRequest>> suspects = new TreeMap<>(BlockKey.ORDER);
    private final TotalsSum totals = new TotalsSum();

    private PaneMerge() {}

    static MergedPane merge(Intake intake, Timing timing) {
        PaneMerge merge = new PaneMerge();
        for (Contribution contribution : intake.contributions()) {
            merge.add(contribution);
        }
        return new MergedPane(
                intake.pane(),
                timing.end(intake.pane()),
                merge.watches,
                merge.features,
                merge.fidelity,
                merge.totals.total(),
                merge.top(),
                intake.skipped());
    }

    private void add(Contribution contribution) {
        totals.add(contribution.marker().getTotals());
        String previous = "";
        for (PaneChunk chunk : contribution.chunks()) {
            for (KeyedBytes block : chunk.getBlocksList()) {
                // Chunks of a partition ascend; a block met again belongs to a chunk that was cut anew.
                if (BlockKey.ORDER.compare(previous, block.getKey()) < 0) {
                    totals.addSaturations(add(block));
                    previous = block.getKey();
                }
            }
        }
        for (TopRequest top : contribution.marker().getTopList()) {
            suspects.computeIfAbsent(top.getWatch(), watch -> new ArrayList<>()).add(top);
        }
    }

    private int add(KeyedBytes block) {
        byte[] value = block.getValue().toByteArray();
        if (block.getKey().startsWith("w/")) {
            WatchBlock merged = watches.computeIfAbsent(block.getKey(), key -> new WatchBlock(0));
            return merged.merge(WatchBlock.wrap(value));
        }
        if (block.getKey().startsWith("e/")) {
            FidelityBlock merged = fidelity.computeIfAbsent(block.getKey(), key -> new FidelityBlock());
            return merged.merge(FidelityBlock.wrap(value));
        }
        return features.computeIfAbsent(block.getKey(), key -> new FeatureBlock())
                .merge(value);
    }

    private List<TopRequest> top() {
        List<TopRequest> top = new ArrayList<>();
        for (List<TopRequest> ofWatch : suspects.values()) {
            ofWatch.sort(STRONGEST);
            top.addAll(ofWatch.subList(0, Math.min(MAX_TOP, ofWatch.size())));
        }
        return top;
    }
}
