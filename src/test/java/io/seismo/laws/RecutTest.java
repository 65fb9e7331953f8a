package io.seismo.laws;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.reference.Numbers;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.ProductionRun;
import io.seismo.reference.Scored;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.reference.Watched;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same rows at the same event times, cut into other frames, give the same statistics, scores and alert cores. */
class RecutTest {

    private static final MonitorPlan PLAN = PlanFixture.plan(2, 2);
    private static final int BYTES_PER_ROW = PlanFixture.D_IN * 2;

    private static List<List<byte[]>> records;
    private static List<Scored> scored;
    private static Watched watched;

    @BeforeAll
    static void runOnceAsCaptured() {
        records = TrafficGenerator.generate(601, TrafficSettings.tame().withMinutes(7))
                .records();
        ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders());
        scored = plain.score(records);
        watched = plain.watch(scored);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldGiveTheSameWhenRowsAreCutIntoOtherFrames(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<byte[]>> recut =
                records.stream().map(each -> recut(each, random, 0)).toList();
        ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders());

        List<Scored> scoredAgain = plain.score(recut);

        for (int p = 0; p < 2; p++) {
            assertThat(recut.get(p)).hasSizeGreaterThan(records.get(p).size() * 3 / 2);
            assertThat(scoredAgain.get(p).scores()).isEqualTo(scored.get(p).scores());
            assertThat(scoredAgain.get(p).breaches()).isEqualTo(scored.get(p).breaches());
        }
        Watched again = plain.watch(scoredAgain);
        assertThat(again.digests()).isEqualTo(watched.digests());
        assertThat(again.transitions().stream().map(moved -> moved.getCore()))
                .isEqualTo(watched.transitions().stream()
                        .map(moved -> moved.getCore())
                        .toList());
        assertThat(again.transitions()).isNotEmpty();
    }

    /** Control: cutting that also moves event times is seen. */
    @Test
    void shouldDifferWhenEventTimesMove() {
        List<List<byte[]>> moved = records.stream()
                .map(each -> recut(each, new SplittableRandom(1), 9_000))
                .toList();
        ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders());

        assertThat(plain.watch(plain.score(moved)).digests()).isNotEqualTo(watched.digests());
    }

    /** Each frame becomes one to five; sources count their frames anew. */
    private static List<byte[]> recut(List<byte[]> records, SplittableRandom random, long laterMs) {
        TreeMap<String, Long> sequence = new TreeMap<>();
        List<byte[]> out = new ArrayList<>();
        for (byte[] bytes : records) {
            ActivationRecord record = parsed(bytes);
            if (!record.hasFrame()) {
                out.add(bytes);
                continue;
            }
            for (Frame.Builder piece : pieces(record.getFrame(), random)) {
                long seq = sequence.merge(piece.getSourceId() + "@" + piece.getSourceEpoch(), 1L, Long::sum);
                piece.setSourceSeq(seq).setTimestampMs(piece.getTimestampMs() + (seq % 5 == 0 ? laterMs : 0));
                out.add(record.toBuilder().setFrame(piece).build().toByteArray());
            }
        }
        return out;
    }

    private static List<Frame.Builder> pieces(Frame frame, SplittableRandom random) {
        List<Frame.Builder> pieces = new ArrayList<>();
        Frame.Builder piece = frame.toBuilder().clearSegments().clearTensors();
        int first = 0;
        int row = 0;
        for (Segment whole : frame.getSegmentsList()) {
            for (Segment part : parts(whole, random)) {
                piece.addSegments(part);
                row += part.getRows();
                if (random.nextInt(3) == 0) {
                    pieces.add(piece.addTensors(slice(frame.getTensors(0), first, row)));
                    piece = frame.toBuilder().clearSegments().clearTensors();
                    first = row;
                }
            }
        }
        if (piece.getSegmentsCount() > 0) {
            pieces.add(piece.addTensors(slice(frame.getTensors(0), first, row)));
        }
        return pieces;
    }

    /** A segment in one part or two; the last may be an end without rows. */
    private static List<Segment> parts(Segment whole, SplittableRandom random) {
        List<Segment> parts = new ArrayList<>();
        int rows = whole.getRows();
        int cut = random.nextInt(rows + 1);
        if (cut > 0) {
            parts.add(part(whole, 0, cut).clearEnd().build());
        }
        if (cut < rows || whole.hasEnd()) {
            parts.add(part(whole, cut, rows).build());
        }
        return parts;
    }

    private static Segment.Builder part(Segment whole, int from, int to) {
        Segment.Builder part = whole.toBuilder()
                .setStartPosition(whole.getStartPosition() + from)
                .setRows(to - from);
        return whole.getRowKinds().isEmpty()
                ? part
                : part.setRowKinds(whole.getRowKinds().substring(from, to));
    }

    private static Tensor slice(Tensor tensor, int from, int to) {
        ByteString data = tensor.getData().substring(from * BYTES_PER_ROW, to * BYTES_PER_ROW);
        return tensor.toBuilder()
                .setShape(0, to - from)
                .setData(data)
                .setCrc32C(Numbers.crc32c(data.toByteArray()))
                .build();
    }

    private static ActivationRecord parsed(byte[] bytes) {
        try {
            return ActivationRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("tame traffic parses", e);
        }
    }
}
