package io.seismo.reference;

import com.google.protobuf.ByteString;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RefusalCount;
import java.util.ArrayList;
import java.util.List;

/** What SCORE of a partition would send to a watch partition: one block a chunk, one marker a pane. */
final class ReferencePartials {

    private ReferencePartials() {}

    static List<PanePartial> of(ReferenceModel model, int partition, int watchPartition) {
        List<PanePartial> partials = new ArrayList<>();
        ReferenceModel.Partition from = model.partitions().get(partition);
        for (long pane = from.firstPane(); pane <= from.lastClosed(); pane++) {
            PaneTally tally = from.panes().getOrDefault(pane, new PaneTally());
            MonitorPlan plan = model.plans().of(from.calendar().epoch(pane));
            List<PaneChunk> chunks = chunks(plan, pane, tally, watchPartition);
            for (PaneChunk chunk : chunks) {
                partials.add(from(partition, plan).setChunk(chunk).build());
            }
            partials.add(from(partition, plan)
                    .setMarker(PaneMarker.newBuilder()
                            .setFirstPane(pane)
                            .setLastPane(pane)
                            .setChunks(chunks.size())
                            .setTotals(totals(tally)))
                    .build());
        }
        return partials;
    }

    private static PanePartial.Builder from(int partition, MonitorPlan plan) {
        return PanePartial.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(plan.epoch())
                .setPartition(partition);
    }

    private static List<PaneChunk> chunks(MonitorPlan plan, long pane, PaneTally tally, int watchPartition) {
        List<PaneChunk> chunks = new ArrayList<>();
        ReferenceLayout.blocks(plan, tally).forEach((key, bytes) -> {
            if (ReferenceLayout.partition(key, plan.shape().watchPartitions()) == watchPartition) {
                KeyedBytes.Builder block = KeyedBytes.newBuilder().setKey(key).setValue(ByteString.copyFrom(bytes));
                chunks.add(PaneChunk.newBuilder().setPane(pane).addBlocks(block).build());
            }
        });
        return chunks;
    }

    private static PaneTotals totals(PaneTally tally) {
        PaneTotals.Builder totals = tally.totals.clone();
        tally.refusals.forEach((reason, of) -> totals.addRefusals(RefusalCount.newBuilder()
                .setReason(reason)
                .setRecords(of.records())
                .setRows(of.rows())));
        return totals.addAllCanaries(tally.canaries()).build();
    }
}
