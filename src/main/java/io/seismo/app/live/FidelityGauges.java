package io.seismo.app.live;

import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Meters;
import io.seismo.window.FidelityBlock;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import java.util.Map;
import java.util.TreeMap;

/**
 * How SAEs describe their rows, as gauges: over the last {@value #PANES} panes of this process's partitions. Not safe for
 * use by several threads.
 */
final class FidelityGauges {

    private static final int PANES = 60;
    private static final String PREFIX = "e/";

    private final Meters meters;
    private final Map<String, TreeMap<Long, FidelityBlock>> byEncoder = new TreeMap<>();

    FidelityGauges(Meters meters) {
        this.meters = meters;
    }

    /** Takes what a chunk says of encoders; each goes to one watch partition only. */
    void add(PaneChunk chunk) {
        for (KeyedBytes block : chunk.getBlocksList()) {
            if (block.getKey().startsWith(PREFIX)) {
                add(block.getKey().substring(PREFIX.length()), chunk.getPane(), block);
            }
        }
    }

    private void add(String encoder, long pane, KeyedBytes bytes) {
        TreeMap<Long, FidelityBlock> panes = byEncoder.computeIfAbsent(encoder, none -> new TreeMap<>());
        panes.computeIfAbsent(pane, none -> new FidelityBlock())
                .merge(FidelityBlock.wrap(bytes.getValue().toByteArray()));
        panes.headMap(panes.lastKey() - PANES + 1).clear();
        FidelityBlock sum = new FidelityBlock();
        panes.values().forEach(sum::merge);
        if (sum.rows() > 0) {
            meters.set(Instrument.SAE_ACTIVE, (double) sum.fired() / sum.rows(), encoder);
        }
        if (sum.deviation() > 0) {
            meters.set(Instrument.SAE_UNEXPLAINED, (double) sum.error() / sum.deviation(), encoder);
        }
    }
}
