package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.reference.Numbers;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same rows at the same event times, sent in other frames, give the digests and alerts that were live. */
class RecutReplayTest {

    private static final int ROW_BYTES = PlanFixture.D_IN * 2;

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void shouldEqualLiveWhenActivationsAreCutIntoOtherFrames(long seed) throws Exception {
        LiveRun live = live(seed);

        Comparison.Result result = replay(live, recut(live.activations, seed, 0));

        assertThat(result.differences()).isEmpty();
        assertThat(result.panes()).isGreaterThan(100);
        assertThat(result.transitions()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {3})
    void shouldDifferWhenOneRowIsLost(long seed) throws Exception {
        LiveRun live = live(seed);

        Comparison.Result result = replay(live, recut(live.activations, seed, 500));

        assertThat(result.differences()).isNotEmpty();
    }

    private static LiveRun live(long seed) {
        return LiveRun.of(
                PlanFixture.plan(2, 2),
                TrafficGenerator.generate(seed, TrafficSettings.tame()).records());
    }

    private static Comparison.Result replay(LiveRun live, List<List<byte[]>> recut) {
        LiveRun other = new LiveRun(List.of(PlanFixture.plan(2, 2)), recut, null);
        return live.verify(live.course(StartPoint.ORIGIN), other.reencoded(StartPoint.ORIGIN));
    }

    private static List<List<byte[]>> recut(List<List<byte[]>> partitions, long seed, int lost) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<byte[]>> cut = new ArrayList<>();
        for (List<byte[]> partition : partitions) {
            List<byte[]> records = new ArrayList<>();
            TreeMap<String, Long> sequence = new TreeMap<>();
            int number = 0;
            for (byte[] value : partition) {
                ActivationRecord record = ActivationRecord.parseFrom(value);
                if (!record.hasFrame()) {
                    records.add(value);
                    continue;
                }
                List<Frame.Builder> frames = pieces(record.getFrame(), random);
                if (++number == lost) {
                    frames.remove(0);
                }
                for (Frame.Builder frame : frames) {
                    frame.setSourceSeq(sequence.merge(frame.getSourceId(), 1L, Long::sum));
                    records.add(ActivationRecord.newBuilder()
                            .setSchemaVersion(1)
                            .setFrame(frame)
                            .build()
                            .toByteArray());
                }
            }
            cut.add(records);
        }
        return cut;
    }

    private static List<Frame.Builder> pieces(Frame frame, SplittableRandom random) {
        List<Frame.Builder> pieces = new ArrayList<>();
        Frame.Builder piece = frame.toBuilder().clearSegments();
        int from = 0;
        int row = 0;
        for (Segment segment : frame.getSegmentsList()) {
            int cut = segment.getRows() > 1 ? random.nextInt(segment.getRows()) : 0;
            if (cut > 0) {
                pieces.add(rows(piece.addSegments(part(segment, 0, cut)), from, row + cut));
                piece = frame.toBuilder().clearSegments();
                from = row + cut;
            }
            piece.addSegments(part(segment, cut, segment.getRows()));
            row += segment.getRows();
        }
        pieces.add(rows(piece, from, row));
        return pieces;
    }

    private static Segment part(Segment segment, int from, int to) {
        Segment.Builder part = segment.toBuilder()
                .setStartPosition(segment.getStartPosition() + from)
                .setRows(to - from);
        if (!segment.getRowKinds().isEmpty()) {
            part.setRowKinds(segment.getRowKinds().substring(from, to));
        }
        return to < segment.getRows() ? part.clearEnd().build() : part.build();
    }

    private static Frame.Builder rows(Frame.Builder frame, int from, int to) {
        Tensor tensor = frame.getTensors(0);
        ByteString data = tensor.getData().substring(from * ROW_BYTES, to * ROW_BYTES);
        return frame.setTensors(
                0,
                tensor.toBuilder().setShape(0, to - from).setData(data).setCrc32C(Numbers.crc32c(data.toByteArray())));
    }
}
