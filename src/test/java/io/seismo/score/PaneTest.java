package io.seismo.score;

import static io.seismo.score.Rig.T0;
import static io.seismo.score.Rig.end;
import static io.seismo.score.Rig.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.seismo.activation.MapJournal;
import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.TapPlan;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.RequestSample;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Reason;
import io.seismo.wire.TopRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaneTest {

    @Test
    void shouldCloseAPaneAtTheFirstTickAtOrPastItsEndAndGrace() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 2), 0f);
        rig.tick(T0 + 19_999);
        assertThat(rig.out.partials).isEmpty();
        rig.tick(T0 + 20_000);
        assertThat(rig.markers(0)).extracting(PaneMarker::getFirstPane).containsExactly(100L);
        rig.tick(T0 + 20_000);
        rig.tick(T0);
        assertThat(rig.markers(0)).hasSize(1);
        assertThat(rig.markers(0).get(0).getClosedAtOffset()).isEqualTo(3);
        assertThat(rig.panes.entries()).isEmpty();
    }

    @Test
    void shouldWriteOneRangeWhenATickClosesEmptyPanes() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 2), 0f);
        rig.send(T0 + 10_000, end(rows("r", 2, 2)), 0f);
        rig.tick(T0 + 9_000_000);
        assertThat(rig.markers(1)).extracting(PaneMarker::getFirstPane).containsExactly(100L, 101L);
        assertThat(rig.markers(1)).extracting(PaneMarker::getLastPane).containsExactly(100L, 998L);
        assertThat(rig.markers(1).get(1).getTotals().getRowsSeen()).isEqualTo(2);
        rig.tick(T0 + 9_050_000);
        assertThat(rig.markers(1).get(2).getFirstPane()).isEqualTo(999);
        assertThat(rig.markers(1).get(2).getLastPane()).isEqualTo(1_003);
        assertThat(rig.markers(1).get(2).getTotals().getSerializedSize()).isZero();
    }

    @Test
    void shouldSendEveryWatchPartitionItsBlocksInKeyOrderAndThenAMarker() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows(sampled(), 1, 0), 0f);
        rig.send(T0, rows(sampled(), 0, 3), 9f, 9f);
        rig.tick(T0 + 20_000);
        int partition = 0;
        String last = "";
        for (PanePartial partial : rig.out.partials) {
            if (partial.hasMarker()) {
                partition++;
                last = "";
                assertThat(partial.getMarker().getTotals()).isEqualTo(rig.totals(100));
                continue;
            }
            for (var block : partial.getChunk().getBlocksList()) {
                assertThat(BlockKey.partition(block.getKey(), 3)).isEqualTo(partition);
                assertThat(BlockKey.ORDER.compare(block.getKey(), last)).isPositive();
                last = block.getKey();
            }
        }
        assertThat(partition).isEqualTo(3);
        assertThat(rig.blocks(100).keySet())
                .contains("w/both", "w/calm", "f/topics/000000", "f/topics/000001", "f/topics/000002");
    }

    @Test
    void shouldCountFeaturesPerTokenAndOncePerRequest() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows(sampled(), 0, 4), 9f, 2.5f);
        rig.send(T0 + 10_000, end(rows(sampled(), 4, 2)), 9f, 2.5f);
        rig.tick(T0 + 40_000);
        // Feature 3 is element 3; feature 300 is element 0 less 3.
        assertThat(rig.features(100, 0).tokens(3)).isEqualTo(3);
        assertThat(rig.features(100, 0).requests(3)).isEqualTo(1);
        assertThat(rig.features(100, 0).max(3)).isEqualTo(2.5f);
        assertThat(rig.features(100, 0).sum(3)).isEqualTo(3 * 163_840L);
        assertThat(rig.features(100, 1).tokens(300 - 256)).isEqualTo(3);
        assertThat(rig.features(100, 1).max(300 - 256)).isEqualTo(6f);
        assertThat(rig.features(101, 0).tokens(3)).isEqualTo(2);
        assertThat(rig.features(101, 0).requests(3)).isZero();
        assertThat(rig.totals(100).getRequestsSampled()).isEqualTo(1);
    }

    @Test
    void shouldBookRefusalsFromBeforeTheFirstTickToTheFirstPane() {
        Rig rig = new Rig();
        rig.send(T0, rows("r", 0, 2), 0f);
        assertThat(rig.panes.entries()).containsOnlyKeys("p/waiting/totals");
        rig.tick(T0);
        assertThat(rig.panes.entries()).containsOnlyKeys("p/0000000000000000100/totals");
        rig.send(T0 + 60_000, rows("r", 0, 3), 0f);
        rig.tick(T0 + 20_000);
        var refusal = rig.totals(100).getRefusals(0);
        assertThat(refusal.getReason()).isEqualTo(Reason.REASON_AHEAD);
        assertThat(refusal.getRecords()).isEqualTo(2);
        assertThat(refusal.getRows()).isEqualTo(5);
        assertThat(rig.markers(0).get(0).getFirstPane()).isEqualTo(100);
    }

    @Test
    void shouldStartWithAnEarlierPaneWhenItWasStillOpenAndGotRows() {
        Rig rig = new Rig();
        rig.tick(T0 + 5_000);
        rig.send(T0 - 1, rows("r", 0, 2), 0f);
        rig.tick(T0 + 20_000);
        assertThat(rig.markers(0)).extracting(PaneMarker::getFirstPane).containsExactly(99L);
        assertThat(rig.markers(0).get(0).getLastPane()).isEqualTo(100);
        assertThat(rig.totals(99).getRowsSeen()).isEqualTo(2);
    }

    @Test
    void shouldNameTheHighestScoresAmongTheRequestsThatFired() {
        Rig rig = new Rig();
        rig.tick(T0);
        for (int i = 0; i < 9; i++) {
            rig.send(T0, rows("r" + i, 0, 2), 0f, 1.5f + (i * 5 % 9));
        }
        rig.send(T0 + 1, rows("r1", 2, 1), 0f, 30f);
        rig.tick(T0 + 20_000);
        List<String> top = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
            for (TopRequest request : rig.markers(w).get(0).getTopList()) {
                assertThat(new BlockKey.Watch(request.getWatch()).partition(3)).isEqualTo(w);
                top.add(request.getWatch() + " " + request.getRequestId());
            }
        }
        // Signals were 1.5 6.5 2.5 7.5 3.5 8.5 4.5 9.5 5.5, then r1 grew to 30.
        assertThat(top).containsExactly("both r1", "both r7", "both r5", "both r3", "both r8");
    }

    @Test
    void shouldSplitChunksWhenAPaneIsLarge() {
        MonitorPlan plan = wide(40_000);
        Recorder out = new Recorder();
        PartitionScorer scorer = new PartitionScorer(Plans.only(plan), 0, ScoreJournals.of(new MapJournal()), out);
        scorer.accept(record().setTick(TestFrames.tick(T0).getTick()).build());
        scorer.accept(record().setFrame(everyFeature(40_000)).build());
        scorer.accept(record().setTick(TestFrames.tick(T0 + 20_000).getTick()).build());
        int chunks = 0;
        int blocks = 0;
        for (PanePartial partial : out.partials) {
            assertThat(partial.getSerializedSize()).isLessThan(PaneWriter.MAX_CHUNK_BYTES + 64);
            chunks += partial.hasChunk() ? 1 : 0;
            blocks += partial.getChunk().getBlocksCount();
            if (partial.hasMarker()) {
                assertThat(partial.getMarker().getChunks()).isEqualTo(chunks);
                assertThat(chunks).isGreaterThan(1);
                chunks = 0;
            }
        }
        assertThat(blocks).isEqualTo(157 + 2);
        // 4,096 features of the request were remembered; the rest are counted as clipped.
        var totals = out.partials.get(out.partials.size() - 1).getMarker().getTotals();
        assertThat(totals.getSaturations()).isEqualTo(40_000 - FiredFeatures.MAX);
    }

    @Test
    void shouldRefuseARecordThatBreaksItsFormBeforeCountingIt() {
        Rig rig = new Rig();
        rig.tick(T0);
        FeatureRecord good = rig.send(T0, rows("r", 0, 2), 0f);
        var before = rig.scorer.snapshot();
        EncodedFrame frame = good.getFrame();
        for (EncodedFrame bad : List.of(
                frame.toBuilder().clearRowKinds().build(),
                frame.toBuilder().clearWatched().build(),
                frame.toBuilder().clearCodes().build(),
                frame.toBuilder()
                        .setCodes(0, frame.getCodes(0).toBuilder().setEncoder("x"))
                        .build(),
                frame.toBuilder()
                        .setCodes(0, frame.getCodes(0).toBuilder().setIndices(frame.getWatched()))
                        .build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            rig.scorer.accept(good.toBuilder().setFrame(bad).build()));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> rig.scorer.accept(record().build()));
        assertThat(rig.scorer.snapshot().keySet()).isEqualTo(before.keySet());
        before.forEach(
                (key, value) -> assertThat(rig.scorer.snapshot().get(key)).isEqualTo(value));
    }

    private static FeatureRecord.Builder record() {
        return FeatureRecord.newBuilder().setSchemaVersion(1).setEpoch(1);
    }

    @Test
    void shouldTakeAValueThatIsNotAbove0ForNoFiring() {
        SortedMap<String, FeatureBlock> kept =
                blocksOf(new int[] {3, 2}, new int[] {5, 6, 300, 5, 7}, new float[] {0f, 2f, Float.NaN, 3f, -1f});
        SortedMap<String, FeatureBlock> fired = blocksOf(new int[] {1, 1}, new int[] {6, 5}, new float[] {2f, 3f});
        assertThat(kept).isEqualTo(fired).hasSize(1);
        FeatureBlock only = kept.get(kept.firstKey());
        assertThat(only.tokens(5)).isEqualTo(1);
        assertThat(only.requests(6)).isEqualTo(1);
        assertThat(only.tokens(7)).isZero();
    }

    /** Feature blocks of a pane with one frame of these codes. */
    private static SortedMap<String, FeatureBlock> blocksOf(int[] counts, int[] indices, float[] values) {
        Recorder out = new Recorder();
        PartitionScorer scorer = new PartitionScorer(Plans.only(wide(512)), 0, ScoreJournals.of(new MapJournal()), out);
        scorer.accept(record().setTick(TestFrames.tick(T0).getTick()).build());
        scorer.accept(record().setFrame(encoded(counts, indices, values)).build());
        scorer.accept(record().setTick(TestFrames.tick(T0 + 20_000).getTick()).build());
        SortedMap<String, FeatureBlock> blocks = new TreeMap<>();
        for (PanePartial partial : out.partials) {
            partial.getChunk().getBlocksList().stream()
                    .filter(block -> block.getKey().startsWith("f/"))
                    .forEach(block -> blocks.put(
                            block.getKey(), FeatureBlock.decode(block.getValue().toByteArray())));
        }
        return blocks;
    }

    /** One sampled row in which every feature fires. */
    private static EncodedFrame everyFeature(int width) {
        float[] values = new float[width];
        Arrays.fill(values, 1f);
        return encoded(new int[] {width}, IntStream.range(0, width).toArray(), values);
    }

    /** A frame of a sampled request, a row for each of the counts. */
    private static EncodedFrame encoded(int[] counts, int[] indices, float[] values) {
        ByteBuffer shorts = ByteBuffer.allocate(2 * counts.length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer ints = ByteBuffer.allocate(4 * indices.length).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer floats = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int count : counts) {
            shorts.putShort((short) count);
        }
        ints.asIntBuffer().put(indices);
        floats.asFloatBuffer().put(values);
        EncodedFrame.Builder frame = EncodedFrame.newBuilder()
                .setSourceId("a")
                .setSourceSeq(1)
                .setTimestampMs(T0)
                .addSegments(rows(sampled(), 0, counts.length))
                .setRowKinds(ByteString.copyFrom(new byte[counts.length]))
                .setWatched(ByteString.copyFrom(new byte[12 * counts.length]));
        frame.addCodesBuilder()
                .setEncoder("topics")
                .setCounts(ByteString.copyFrom(shorts.array()))
                .setIndices(ByteString.copyFrom(ints.array()))
                .setValues(ByteString.copyFrom(floats.array()));
        return frame.build();
    }

    private static MonitorPlan wide(int width) {
        MonitorPlan plan = TestPlans.plan(100);
        TapPlan tap = plan.taps().get(0);
        TapPlan.EncoderPlan sae = tap.encoders().get(1);
        TapPlan.EncoderPlan wider =
                new TapPlan.EncoderPlan(sae.name(), sae.location(), false, width, sae.watched(), sae.fullFraction());
        TapPlan wide = new TapPlan(
                tap.name(),
                tap.hook(),
                tap.dIn(),
                tap.dtype(),
                true,
                true,
                0,
                List.of(tap.encoders().get(0), wider));
        return new MonitorPlan(
                1,
                plan.specHash(),
                plan.deployment(),
                plan.model(),
                plan.revision(),
                plan.timing(),
                new MonitorPlan.Shape(1, 1),
                plan.requestLife(),
                plan.baseline(),
                List.of(wide),
                plan.columns(),
                plan.watches(),
                plan.detectors(),
                plan.alerts());
    }

    private static String sampled() {
        RequestSample sample = new RequestSample(0.5);
        for (int i = 0; ; i++) {
            if (sample.includes("request-" + i)) {
                return "request-" + i;
            }
        }
    }
}
