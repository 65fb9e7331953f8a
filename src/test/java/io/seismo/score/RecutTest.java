package io.seismo.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.wire.Breach;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same rows at the same event times, cut into other frames, give the same scores, blocks and totals. */
class RecutTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldGiveTheSameResultsWhenRowsAreCutIntoOtherFrames(long seed) {
        List<Row> rows = rows(seed);
        Random random = new Random(seed + 100);
        List<Object> perRow = results(rows, i -> true);
        List<Object> perInstant =
                results(rows, i -> rows.get(i).timeMs() != rows.get(i - 1).timeMs());
        List<Object> atRandom =
                results(rows, i -> rows.get(i).timeMs() != rows.get(i - 1).timeMs() || random.nextInt(3) == 0);

        assertThat(perInstant).isEqualTo(perRow);
        assertThat(atRandom).isEqualTo(perRow);
        assertThat(perRow).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldGiveOtherResultsWhenOneRowDiffers(long seed) {
        List<Row> rows = rows(seed);
        List<Object> before = results(rows, i -> true);
        int middle = rows.size() / 2;
        while (rows.get(middle).kind() != 0
                || rows.get(middle).position() < 1
                || rows.get(middle).orphan()) {
            middle++;
        }
        Row row = rows.get(middle);
        rows.set(
                middle,
                new Row(row.request(), row.position(), row.timeMs(), new float[] {0, 0, 0, 7.5f}, 0, row.end(), false));
        assertThat(results(rows, i -> true)).isNotEqualTo(before);
    }

    private record Row(
            String request, int position, long timeMs, float[] values, int kind, boolean end, boolean orphan) {}

    private static List<Row> rows(long seed) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        int[] positions = new int[8];
        int[] lives = new int[8];
        for (int instant = 0; instant < 120; instant++) {
            long timeMs = Rig.T0 + instant * 700L;
            for (int k = random.nextInt(6); k > 0; k--) {
                int slot = random.nextInt(8);
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    boolean orphan = positions[slot] == 0 && slot == 7;
                    boolean end = random.nextInt(25) == 0;
                    float[] values = new float[4];
                    for (int d = 0; d < 4; d++) {
                        values[d] = (float) random.nextGaussian() * 2.5f;
                    }
                    int kind = Math.max(0, random.nextInt(10) - 7);
                    int position = positions[slot] + (orphan ? 5 : 0);
                    rows.add(new Row("r" + slot + "-" + lives[slot], position, timeMs, values, kind, end, orphan));
                    positions[slot] = orphan ? 0 : position + 1 + (random.nextInt(9) == 0 ? 2 : 0);
                    if (end) {
                        positions[slot] = 0;
                        lives[slot]++;
                    }
                }
            }
        }
        return rows;
    }

    /** Scores, breaches and partials with provenance and frame counts cleared. */
    private static List<Object> results(List<Row> rows, IntPredicate cutBefore) {
        Rig rig = new Rig();
        rig.tick(Rig.T0);
        List<Row> frame = new ArrayList<>();
        int seq = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (i > 0 && cutBefore.test(i)) {
                rig.give(TestFrames.record(frame(++seq, frame)));
                frame.clear();
            }
            if (i > 0 && rows.get(i).timeMs() != rows.get(i - 1).timeMs()) {
                rig.tick(rows.get(i).timeMs());
            }
            frame.add(rows.get(i));
        }
        rig.give(TestFrames.record(frame(++seq, frame)));
        rig.tick(Rig.T0 + 500_000);
        List<Object> results = new ArrayList<>();
        rig.out.scores.forEach(score -> results.add(bare(score)));
        rig.out.breaches.forEach(breach -> results.add(bare(breach)));
        rig.out.partials.forEach(partial -> results.add(bare(partial)));
        return results;
    }

    private static Frame frame(int seq, List<Row> rows) {
        ByteBuffer data = ByteBuffer.allocate(rows.size() * 16).order(ByteOrder.LITTLE_ENDIAN);
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("a")
                .setSourceEpoch(1)
                .setSourceSeq(seq)
                .setTimestampMs(rows.get(0).timeMs())
                .setModel(TestPlans.MODEL)
                .setRevision(TestPlans.REVISION);
        Segment.Builder segment = null;
        for (Row row : rows) {
            for (float value : row.values()) {
                data.putFloat(value);
            }
            boolean joins = segment != null
                    && segment.getRequestId().equals(row.request())
                    && !segment.hasEnd()
                    && segment.getStartPosition() + segment.getRows() == row.position();
            if (!joins) {
                segment = frame.addSegmentsBuilder().setRequestId(row.request()).setStartPosition(row.position());
            }
            segment.setRows(segment.getRows() + 1);
            segment.setRowKinds(segment.getRowKinds().concat(ByteString.copyFrom(new byte[] {(byte) row.kind()})));
            if (row.end()) {
                segment.getEndBuilder().setOutcomeValue(1);
            }
        }
        return frame.addTensors(TestFrames.tensor(Dtype.DTYPE_F32, data.array(), rows.size(), TestPlans.D_IN))
                .build();
    }

    private static RequestScore bare(RequestScore score) {
        return score.toBuilder().clearFirst().clearLast().build();
    }

    private static Breach bare(Breach breach) {
        return breach.toBuilder().clearOrigin().build();
    }

    private static PanePartial bare(PanePartial partial) {
        if (!partial.hasMarker()) {
            return partial;
        }
        PanePartial.Builder out = partial.toBuilder();
        out.getMarkerBuilder().clearClosedAtOffset().getTotalsBuilder().clearFrames();
        out.getMarkerBuilder().getTopBuilderList().forEach(top -> top.clearOrigin());
        return out.build();
    }
}
