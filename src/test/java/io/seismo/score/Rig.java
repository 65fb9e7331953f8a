package io.seismo.score;

import com.google.protobuf.ByteString;
import io.seismo.activation.Intake;
import io.seismo.activation.MapJournal;
import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One partition from record bytes to results, with a source that numbers its frames. */
final class Rig {

    static final long T0 = 1_000_000;
    static final int PARTITION = 1;

    final Recorder out = new Recorder();
    final MapJournal requests = new MapJournal();
    final MapJournal panes = new MapJournal();
    final MapJournal sources = new MapJournal();
    final PartitionScorer scorer;
    private final Intake intake;
    private long seq;
    private long offset;

    Rig() {
        this(TestPlans.plan(100));
    }

    Rig(MonitorPlan... plans) {
        this(Plans.known(List.of(plans)));
    }

    private Rig(Plans plans) {
        intake = new Intake(plans, any -> TestPlans.encoders(), new MapJournal());
        scorer = new PartitionScorer(plans, PARTITION, new ScoreJournals(requests, panes, sources), out);
    }

    FeatureRecord give(ActivationRecord record) {
        FeatureRecord features = intake.accept(record.toByteArray(), TestFrames.origin(offset++), "activations", -1);
        scorer.accept(features);
        return features;
    }

    FeatureRecord tick(long timeMs) {
        return give(TestFrames.tick(timeMs));
    }

    /** Sends a frame of one segment; its first column is {@code signal}, the others follow from it. */
    FeatureRecord send(long timestampMs, Segment segment, float signal) {
        return give(TestFrames.record(frame(timestampMs, segment, signal, 0)));
    }

    FeatureRecord send(long timestampMs, Segment segment, float calm, float both) {
        return give(TestFrames.record(frame(timestampMs, segment, calm, both)));
    }

    private Frame frame(long timestampMs, Segment segment, float calm, float both) {
        // Column 0 is element 0; column 1, feature 3, is element 3; column 2, feature 300, is element 0 less 3.
        return TestFrames.frame(++seq, timestampMs, segment, calm, 0, 0, both).build();
    }

    static Segment rows(String request, int start, int rows) {
        return TestFrames.segment(request, start, rows);
    }

    static Segment end(Segment segment) {
        Segment.Builder ended = segment.toBuilder();
        ended.getEndBuilder().setRowsExpected(9).setOutcomeValue(1);
        return ended.build();
    }

    List<PaneMarker> markers(int watchPartition) {
        List<PaneMarker> markers = new ArrayList<>();
        int seen = 0;
        for (PanePartial partial : out.partials) {
            if (partial.hasMarker() && seen++ % 3 == watchPartition) {
                markers.add(partial.getMarker());
            }
        }
        return markers;
    }

    PaneTotals totals(long pane) {
        return markers(0).stream()
                .filter(marker -> marker.getFirstPane() == pane)
                .findFirst()
                .orElseThrow()
                .getTotals();
    }

    /** Requests that closed in a pane, as the block of {@code both} counts them. */
    long closedIn(long pane) {
        ByteString block = blocks(pane).get("w/both");
        return block == null ? 0 : WatchBlock.decode(block.toByteArray()).closed();
    }

    /** All blocks sent for a pane, by key. */
    TreeMap<String, ByteString> blocks(long pane) {
        TreeMap<String, ByteString> blocks = new TreeMap<>();
        for (PanePartial partial : out.partials) {
            if (partial.hasChunk() && partial.getChunk().getPane() == pane) {
                for (KeyedBytes block : partial.getChunk().getBlocksList()) {
                    blocks.put(block.getKey(), block.getValue());
                }
            }
        }
        return blocks;
    }

    WatchBlock watch(long pane, String watch) {
        return WatchBlock.decode(
                blocks(pane).get(new BlockKey.Watch(watch).text()).toByteArray());
    }

    FeatureBlock features(long pane, int block) {
        return FeatureBlock.decode(
                blocks(pane).get(new BlockKey.Features("topics", block).text()).toByteArray());
    }

    /** Everything the three journals hold. */
    TreeMap<String, byte[]> stored() {
        TreeMap<String, byte[]> all = new TreeMap<>(BlockKey.ORDER);
        all.putAll(requests.entries());
        all.putAll(panes.entries());
        all.putAll(sources.entries());
        return all;
    }
}
