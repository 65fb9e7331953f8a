package io.seismo.watch;

import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.TopRequest;
import java.util.List;
import java.util.SortedMap;

/**
 * A pane over all partitions.
 *
 * @param pane its number
 * @param endMs its end, exclusive
 * @param watches blocks of touched watch entries, by block key
 * @param features blocks of touched features, by block key
 * @param fidelity how well encoders that a detector looks at describe their rows, by block key
 * @param totals summed over partitions; clipped merges are added to its saturations
 * @param top suspects: highest score first, then request id; at most {@link PaneMerge#MAX_TOP} an entry
 * @param skipped partitions a forced closing left out, ascending
 */
record MergedPane(
        long pane,
        long endMs,
        SortedMap<String, WatchBlock> watches,
        SortedMap<String, FeatureBlock> features,
        SortedMap<String, FidelityBlock> fidelity,
        PaneTotals totals,
        List<TopRequest> top,
        List<Integer> skipped) {

    MergedPane {
        top = List.copyOf(top);
        skipped = List.copyOf(skipped);
    }

    /** Of an encoder; empty when nothing was encoded in full. */
    FidelityBlock fidelity(String encoder) {
        FidelityBlock block = fidelity.get(new BlockKey.Fidelity(encoder).text());
        return block == null ? new FidelityBlock() : block;
    }

    /** Whether an aligned window of so many panes ends with this one. */
    boolean endsWindow(int panes) {
        return Math.floorMod(pane + 1, (long) panes) == 0;
    }
}
