package io.seismo.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.seismo.activation.TestPlans;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.PlanCopy;
import io.seismo.spec.Plans;
import io.seismo.window.FidelityBlock;
import io.seismo.window.RequestSample;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import io.seismo.wire.SparseCodes;
import io.seismo.wire.Tick;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SCORE books of how an SAE describes rows: of segments that belong to a request, where a detector asks. */
class FidelityTest {

    private static final long T0 = 1_000_000;
    private static final int NOT_ENCODED = 0xffff;

    private final Recorder out = new Recorder();

    @Test
    void shouldBookRowsFiringsAndErrorsOfSampledSegments() {
        FidelityBlock block = booked(
                asking(),
                frame(codes(2).addErrors(700).addErrors(0).addDeviations(900).addDeviations(0)));
        assertThat(block.rows()).isEqualTo(2);
        assertThat(block.fired()).isEqualTo(3);
        assertThat(block.rebuilt()).isEqualTo(2);
        assertThat(block.error()).isEqualTo(700);
        assertThat(block.deviation()).isEqualTo(900);
    }

    @Test
    void shouldBookRowsButNoReconstructionWhenTheyWereEncodedElsewhere() {
        FidelityBlock block = booked(asking(), frame(codes(2)));
        assertThat(block.rows()).isEqualTo(2);
        assertThat(block.rebuilt()).isZero();
    }

    @Test
    void shouldBookNothingWhenNoDetectorAsks() {
        run(TestPlans.plan(100), frame(codes(2)));
        assertThat(blocks()).doesNotContainKey("e/topics").containsKey("f/topics/000000");
    }

    @Test
    void shouldBookNothingOfOrphans() {
        EncodedFrame.Builder orphan =
                frame(codes(2).addErrors(700).addErrors(0).addDeviations(900).addDeviations(0));
        orphan.setSegments(0, orphan.getSegments(0).toBuilder().setStartPosition(4));
        run(asking(), orphan);
        assertThat(blocks()).doesNotContainKey("e/topics");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldRefuseARecordWhoseErrorsAreNotOneASegment(int count) {
        SparseCodes.Builder codes = codes(2);
        for (int i = 0; i < count; i++) {
            codes.addErrors(1).addDeviations(1);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(asking(), frame(codes)))
                .withMessageContaining("codes.errors");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(
                        asking(),
                        frame(codes(2).addErrors(-1)
                                .addErrors(0)
                                .addDeviations(1)
                                .addDeviations(0))))
                .withMessageContaining("codes.errors");
    }

    /** ENCODE refuses to score what it cannot reconstruct, and says what is missing. */
    @Test
    void shouldRefuseFramesWhenTheEncoderHasNoDecoder() {
        Rig rig = new Rig(asking());
        rig.tick(T0);
        FeatureRecord refused = rig.send(T0 + 1, Rig.rows("r", 0, 1), 1f);
        assertThat(refused.getRefusal().getReason()).isEqualTo(Reason.REASON_ENCODER);
        assertThat(refused.getRefusal().getDetail()).contains("opened without its decoder");
    }

    private FidelityBlock booked(MonitorPlan plan, EncodedFrame.Builder frame) {
        run(plan, frame);
        return FidelityBlock.decode(blocks().get("e/topics").toByteArray());
    }

    private void run(MonitorPlan plan, EncodedFrame.Builder frame) {
        PartitionScorer scorer = new PartitionScorer(Plans.only(plan), 0, ScoreJournals.of(Journal.NONE), out);
        scorer.accept(tick(T0));
        scorer.accept(FeatureRecord.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(1)
                .setFrame(frame)
                .build());
        scorer.accept(tick(T0 + 60_000));
    }

    private TreeMap<String, ByteString> blocks() {
        TreeMap<String, ByteString> blocks = new TreeMap<>();
        for (PanePartial partial : out.partials) {
            for (KeyedBytes block : partial.getChunk().getBlocksList()) {
                blocks.put(block.getKey(), block.getValue());
            }
        }
        return blocks;
    }

    private static FeatureRecord tick(long ms) {
        return FeatureRecord.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(1)
                .setTick(Tick.newBuilder().setTimeMs(ms).setPartitions(2).setEpoch(1))
                .build();
    }

    private static MonitorPlan asking() {
        MonitorPlan plan = TestPlans.plan(100);
        List<DetectorPlan> detectors = new ArrayList<>(plan.detectors());
        detectors.add(0, new DetectorPlan.UnexplainedCeiling("drift", "topics", 6, 0.35, 0.1));
        return PlanCopy.withDetectors(plan, detectors);
    }

    /** Two rows of a sampled request, of which the first fires twice and the second once, and one of another. */
    private static EncodedFrame.Builder frame(SparseCodes.Builder codes) {
        return EncodedFrame.newBuilder()
                .setSourceId("a")
                .setSourceSeq(1)
                .setTimestampMs(T0)
                .addSegments(segment(request(true), 2))
                .addSegments(segment(request(false), 1))
                .setRowKinds(ByteString.copyFrom(new byte[3]))
                .setWatched(ByteString.copyFrom(new byte[36]))
                .addCodes(codes);
    }

    private static SparseCodes.Builder codes(int firstFires) {
        ByteBuffer counts = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        counts.putShort((short) firstFires).putShort((short) 1).putShort((short) NOT_ENCODED);
        ByteBuffer indices = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        indices.putInt(3).putInt(9).putInt(3);
        ByteBuffer values = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        values.putFloat(1).putFloat(2).putFloat(3);
        return SparseCodes.newBuilder()
                .setEncoder("topics")
                .setCounts(ByteString.copyFrom(counts.array()))
                .setIndices(ByteString.copyFrom(indices.array()))
                .setValues(ByteString.copyFrom(values.array()));
    }

    private static Segment segment(String request, int rows) {
        return Segment.newBuilder().setRequestId(request).setRows(rows).build();
    }

    private static String request(boolean sampled) {
        RequestSample sample = new RequestSample(0.5);
        for (int i = 0; ; i++) {
            if (sample.includes("request-" + i) == sampled) {
                return "request-" + i;
            }
        }
    }
}
