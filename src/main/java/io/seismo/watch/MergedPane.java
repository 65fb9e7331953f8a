package io.seismo.watch;

import io.seismo.window.FeatureBlock;
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
 * @param totals summed over partitions; clipped merges are added to its saturations
 * @param top suspects: highest score first, then request id; at most {@link PaneMerge#MAX_TOP} an entry
 * @param skipped partitions a forced closing left out, ascending
 */
record MergedPane(
        long pane,
        long endMs,
        SortedMap<String, WatchBlock> watches,
        SortedMap<String, FeatureBlock> features,
        PaneTotals totals,
        List<TopRequest> top,
        List<Integer> skipped) {

    MergedPane {
        top = List.copyOf(top);
        skipped = List.copyOf(skipped);
    }
}
