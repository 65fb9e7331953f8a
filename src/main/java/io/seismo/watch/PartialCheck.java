package io.seismo.watch;

import io.seismo.spec.MonitorPlan;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;

/**
 * Whether a partial may be stored at all.
 *
 * <p>A partial that is wrong is refused when it comes, not when its pane is merged: a record that makes the merge throw
 * would be met again after every restart. The pane of a refused partial stays incomplete, which stalls it visibly.
 */
final class PartialCheck {

    private static final int SCHEMA_VERSION = 1;
    /** Chunks are cut at 256 KiB; the slack is for a single large block and keys. */
    private static final int MAX_BYTES = 512 * 1024;

    private final MonitorPlan.Shape shape;
    private final int watchPartition;

    PartialCheck(MonitorPlan.Shape shape, int watchPartition) {
        this.shape = shape;
        this.watchPartition = watchPartition;
    }

    boolean accepts(PanePartial partial) {
        if (partial.getSchemaVersion() != SCHEMA_VERSION || partial.getSerializedSize() > MAX_BYTES) {
            return false;
        }
        return switch (partial.getBodyCase()) {
            case CHUNK -> knownPartition(partial) && chunk(partial.getChunk());
            case MARKER -> knownPartition(partial) && marker(partial.getMarker());
            case FORCE_CLOSE -> true;
            case BODY_NOT_SET -> false;
        };
    }

    private boolean knownPartition(PanePartial partial) {
        return partial.getPartition() >= 0 && partial.getPartition() < shape.partitions();
    }

    private boolean chunk(PaneChunk chunk) {
        if (chunk.getPane() < 0 || chunk.getBlocksCount() == 0) {
            return false;
        }
        String previous = "";
        for (KeyedBytes block : chunk.getBlocksList()) {
            if (BlockKey.ORDER.compare(previous, block.getKey()) >= 0 || !block(block)) {
                return false;
            }
            previous = block.getKey();
        }
        return true;
    }

    private boolean block(KeyedBytes block) {
        try {
            BlockKey key = BlockKey.parse(block.getKey());
            if (key.partition(shape.watchPartitions()) != watchPartition) {
                return false;
            }
            byte[] value = block.getValue().toByteArray();
            if (key instanceof BlockKey.Watch) {
                WatchBlock.wrap(value);
                return true;
            }
            if (key instanceof BlockKey.Fidelity) {
                FidelityBlock.wrap(value);
                return true;
            }
            FeatureBlock.decode(value);
            return key instanceof BlockKey.Features;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean marker(PaneMarker marker) {
        return marker.getFirstPane() >= 0 && marker.getLastPane() >= marker.getFirstPane() && marker.getChunks() >= 0;
    }
}
