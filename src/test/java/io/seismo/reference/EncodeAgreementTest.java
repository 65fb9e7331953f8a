package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.SparseCodes;
import io.seismo.wire.Tick;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ENCODE against the reference, record by record: what is refused and why, and what rows say. */
class EncodeAgreementTest {

    private final MonitorPlan plan = PlanFixture.plan(2, 2);

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void shouldAgreeWithReferenceWhenTrafficIsWild(long seed) {
        Traffic traffic = TrafficGenerator.generate(
                seed, TrafficSettings.wild().withMinutes(4).withBad(0.3));
        for (int p = 0; p < 2; p++) {
            List<byte[]> records = traffic.records().get(p);
            List<Entry> wanted = new ReferenceGate(plan).read(records);
            List<FeatureRecord> actual = new ProductionRun(plan, PlanFixture.encoders()).encode(p, records);

            assertThat(actual).hasSameSizeAs(wanted);
            for (int i = 0; i < wanted.size(); i++) {
                assertThat(told(actual.get(i)))
                        .as(
                                "record %d, meant as %s",
                                i, traffic.partitions().get(p).get(i).bad())
                        .isEqualTo(told(wanted.get(i)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22})
    void shouldAgreeWithReferenceWhenBytesAreMutated(long seed) {
        Traffic traffic = TrafficGenerator.generate(
                seed, TrafficSettings.wild().withMinutes(2).withBad(0));
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> records = new ArrayList<>();
        for (byte[] good : traffic.records().get(0)) {
            records.add(good);
            byte[] mutated = good.clone();
            for (int m = random.nextInt(1, 4); m > 0; m--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            records.add(mutated);
        }
        List<Entry> wanted = new ReferenceGate(plan).read(records);
        List<FeatureRecord> actual = new ProductionRun(plan, PlanFixture.encoders()).encode(0, records);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(told(actual.get(i))).as("record %d", i).isEqualTo(told(wanted.get(i)));
        }
    }

    /** Each frame is checked and encoded under the plan of its own pane's epoch. */
    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void shouldAgreeWithReferenceWhenEpochsFollowEachOther(long seed) {
        List<MonitorPlan> of = List.of(
                plan,
                PlanChange.COLUMNS_MOVED.of(plan, 2),
                PlanChange.SKIP_FIRST.of(plan, 3),
                PlanChange.REVISION.of(plan, 4),
                PlanChange.FULL_FRACTION.of(plan, 5),
                PlanChange.WEIGHTS.of(plan, 6),
                PlanChange.SINK_NORM.of(plan, 7));
        Plans plans = Plans.known(of);
        TrafficSettings settings = TrafficSettings.wild().withMinutes(4).withBad(0.2);
        List<byte[]> records = Announcements.wild(seed, Timing.DEFAULT, settings.startMs() + 30_000, 3, of.size())
                .in(TrafficGenerator.generate(seed, settings))
                .records()
                .get(0);
        ReferenceGate gate = new ReferenceGate(plans);
        List<Entry> wanted = gate.read(records);

        List<FeatureRecord> actual =
                new ProductionRun(plans, PlanFixture::encoders, new SplittableRandom(seed), 100).encode(0, records);

        SortedMap<Long, Integer> frames = new TreeMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            MonitorPlan governing = plan;
            if (wanted.get(i) instanceof Entry.Accepted accepted) {
                long pane = Timing.DEFAULT.pane(accepted.frame().getTimestampMs());
                governing = plans.of(gate.calendar().epoch(pane));
                frames.merge(governing.epoch(), 1, Integer::sum);
                assertThat(actual.get(i).getEpoch()).as("record %d", i).isEqualTo(governing.epoch());
            }
            assertThat(told(actual.get(i))).as("record %d", i).isEqualTo(told(wanted.get(i), governing));
        }
        // All of them, but the one whose revision no frame carries.
        assertThat(frames).hasSizeGreaterThan(3).doesNotContainKey(4L);
        // Control: under one plan the same frames say something else.
        assertThat(new ProductionRun(plan, PlanFixture.encoders()).encode(0, records))
                .isNotEqualTo(actual);
    }

    /** More sources than are remembered, and hours of silence: who is forgotten may begin anew. */
    @ParameterizedTest
    @ValueSource(longs = {25, 26})
    void shouldAgreeWithReferenceWhenSourcesAreForgotten(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> records = new ArrayList<>();
        long time = 1_790_000_000_000L;
        for (int i = 0; i < 12_000; i++) {
            if (i % 500 == 0) {
                time += random.nextInt(20) == 0 ? 3_600_000 : 40_000;
                records.add(ActivationRecord.newBuilder()
                        .setSchemaVersion(1)
                        .setTick(Tick.newBuilder().setTimeMs(time).setEpoch(1))
                        .build()
                        .toByteArray());
            }
            int source = random.nextInt(random.nextBoolean() ? 200 : 6_000);
            Frame.Builder frame = Frame.newBuilder()
                    .setSourceId("s" + source)
                    .setSourceEpoch(1 + (source % 50 == 0 ? random.nextInt(3) : 0))
                    .setSourceSeq(random.nextInt(1, 200))
                    .setTimestampMs(time)
                    .setModel("toy")
                    .setRevision("r1");
            records.add(TrafficGenerator.record(frame).toByteArray());
        }
        List<Entry> wanted = new ReferenceGate(plan).read(records);
        List<FeatureRecord> actual = new ProductionRun(plan, PlanFixture.encoders(), random, 3_000).encode(0, records);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(told(actual.get(i))).as("record %d", i).isEqualTo(told(wanted.get(i)));
        }
    }

    /** Everything a feature record says that counts, in words. */
    private static String told(FeatureRecord record) {
        return switch (record.getBodyCase()) {
            case TICK -> "tick " + record.getTick().getTimeMs();
            case HEARTBEAT -> "heartbeat " + record.getHeartbeat();
            case REFUSAL ->
                "refused " + record.getRefusal().getReason() + " pane "
                        + record.getRefusal().getPane() + " rows "
                        + record.getRefusal().getRows();
            case FRAME -> frame(record.getFrame());
            case BODY_NOT_SET -> "nothing";
        };
    }

    private String told(Entry entry) {
        return told(entry, plan);
    }

    private static String told(Entry entry, MonitorPlan plan) {
        if (entry instanceof Entry.Ticked tick) {
            return "tick " + tick.timeMs();
        }
        if (entry instanceof Entry.Beat beat) {
            return "heartbeat " + beat.heartbeat();
        }
        if (entry instanceof Entry.Refused refused) {
            return "refused " + refused.reason() + " pane " + refused.pane() + " rows " + refused.rows();
        }
        Entry.Accepted accepted = (Entry.Accepted) entry;
        StringBuilder told = new StringBuilder("missing " + accepted.missingFrames());
        ReferenceRows reader = new ReferenceRows(plan, PlanFixture.encoders(plan));
        for (ReferenceRows.Part part : reader.read(accepted.frame())) {
            told.append('\n').append(part.segment().getRequestId());
            for (ReferenceRows.Row row : part.rows()) {
                SortedMap<Integer, Float> codes = row.features().get("topics");
                told.append("\n ").append(row.kind()).append(' ');
                told.append(java.util.Arrays.toString(row.watched()))
                        .append(' ')
                        .append(codes);
            }
        }
        return told.toString();
    }

    private static String frame(EncodedFrame frame) {
        StringBuilder told = new StringBuilder("missing " + frame.getMissingFrames());
        int rows = frame.getRowKinds().size();
        ByteBuffer watched = little(frame.getWatched().toByteArray());
        int columns = rows == 0 ? 0 : watched.remaining() / 4 / rows;
        List<Map<Integer, Float>> codes = rows == 0 ? List.of() : codes(frame.getCodes(0), rows);
        int row = 0;
        for (io.seismo.wire.Segment segment : frame.getSegmentsList()) {
            told.append('\n').append(segment.getRequestId());
            for (int r = 0; r < segment.getRows(); r++, row++) {
                float[] values = new float[columns];
                for (int c = 0; c < columns; c++) {
                    values[c] = watched.getFloat();
                }
                told.append("\n ").append(frame.getRowKinds().byteAt(row)).append(' ');
                told.append(java.util.Arrays.toString(values)).append(' ').append(codes.get(row));
            }
        }
        return told.toString();
    }

    private static List<Map<Integer, Float>> codes(SparseCodes codes, int rows) {
        ByteBuffer counts = little(codes.getCounts().toByteArray());
        ByteBuffer indices = little(codes.getIndices().toByteArray());
        ByteBuffer values = little(codes.getValues().toByteArray());
        List<Map<Integer, Float>> all = new ArrayList<>();
        for (int r = 0; r < rows; r++) {
            int count = counts.getShort() & 0xFFFF;
            SortedMap<Integer, Float> fired = count == 0xFFFF ? null : new TreeMap<>();
            for (int k = 0; fired != null && k < count; k++) {
                fired.put(indices.getInt(), values.getFloat());
            }
            all.add(fired);
        }
        return all;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
