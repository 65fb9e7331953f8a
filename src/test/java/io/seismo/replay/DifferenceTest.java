package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.reference.PlanFixture;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.PlanCopy;
import io.seismo.spec.Plans;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PanePartial;
import io.seismo.wire.SparseCodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What differs is found, and named by where it is. */
class DifferenceTest {

    private final MonitorPlan plan = PlanFixture.plan(2, 2);
    private LiveRun live;

    @BeforeEach
    void runLive() {
        live = LiveRun.of(
                plan,
                TrafficGenerator.generate(9, TrafficSettings.wild().withMinutes(9))
                        .records());
    }

    @Test
    void shouldNameTopicPartitionAndOffsetWhenARecordIsNoLongerOne() {
        byte[] value = live.features.get(1).get(700);
        value[0] ^= (byte) 0xff;

        assertThatThrownBy(this::verify)
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("features-1 offset 700 is damaged");
    }

    @Test
    void shouldNameTopicPartitionAndOffsetWhenARecordBreaksItsForm() throws Exception {
        int offset = frameFrom(300);
        FeatureRecord record = FeatureRecord.parseFrom(live.features.get(1).get(offset));
        FeatureRecord.Builder cut = record.toBuilder();
        cut.getFrameBuilder().setWatched(record.getFrame().getWatched().substring(1));
        live.features.get(1).set(offset, cut.build().toByteArray());

        assertThatThrownBy(this::verify)
                .isInstanceOf(ReplayException.class)
                .hasMessageContaining("features-1 offset " + offset + " cannot be scored");
    }

    @Test
    void shouldFindEveryFlippedByteOfTheWatchedValues() throws Exception {
        int offset = frameFrom(300);
        byte[] before = live.features.get(1).get(offset).clone();
        FeatureRecord record = FeatureRecord.parseFrom(before);
        int row = firstScoredRow(record);
        int columns = plan.columns().size();
        int at = indexOf(before, record.getFrame().getWatched().toByteArray()) + row * columns * 4;
        for (int column = 0; column < columns; column++) {
            byte[] flipped = before.clone();
            // Sign and exponent of one value: small changes of a value that does not fire are no change of anything.
            flipped[at + column * 4 + 3] ^= 0x7f;
            live.features.get(1).set(offset, flipped);

            assertThat(differs()).as("column %d", column).isTrue();
        }
    }

    @Test
    void shouldNameThePaneAndTheAlertWhenADetectorIsChanged() {
        MonitorPlan changed = withRate(new DetectorPlan.Rate(
                "rate", List.of("bridge", "phishing", "phishing-probe", "rare"), 6, List.of(3.0), 0.01));
        Course course = new Course(Plans.only(changed), StartPoint.ORIGIN, Interventions.NONE, Long.MAX_VALUE);

        Comparison.Result result = live.verify(course, live.recordedFeatures(StartPoint.ORIGIN));

        assertThat(result.differences()).isNotEmpty();
        Comparison.Difference first = result.differences().get(0);
        assertThat(first.what()).isEqualTo("alerts");
        assertThat(new DifferenceWords(plan).describe(List.of(first)).get(0))
                .startsWith("pane " + first.place().pane() + " (2026-")
                .containsPattern("alerts: [0-9a-f]{16} [a-z]+ to [a-z]+ by rate at ");
    }

    @Test
    void shouldDifferWhenRecordsOfAPartitionAreMergedInAnotherOrder() {
        // Control of the order: a frame moved behind the tick that closed its pane.
        List<byte[]> log = live.features.get(0);
        Collections.rotate(log.subList(400, 900), 250);

        assertThat(differs()).isTrue();
    }

    @Test
    void shouldDifferWhenAPartitionIsReadAsAnother() {
        Collections.swap(live.features, 0, 1);
        live.features.set(0, live.features.get(1));

        assertThat(differs()).isTrue();
    }

    @Test
    void shouldNamePartitionBlockAndFeatureWhenACountDiffers() throws Exception {
        int offset = frameFrom(300);
        FeatureRecord record = FeatureRecord.parseFrom(live.features.get(1).get(offset));
        while (firings(record) == 0) {
            offset = frameFrom(offset + 1);
            record = FeatureRecord.parseFrom(live.features.get(1).get(offset));
        }
        SparseCodes codes = record.getFrame().getCodes(0);
        int feature = codes.getIndices()
                .asReadOnlyByteBuffer()
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt();
        live.features.get(1).set(offset, withoutFirstFiring(record).toByteArray());

        Comparison.Result result = verify();
        Comparison.Difference first = result.differences().get(0);
        Contributions before = new Contributions(first.place());
        live.partials.get(first.place().watchPartition()).forEach(before::add);
        String named = before.firstDifference(again(first.place()));

        assertThat(first.what()).isEqualTo("statistics");
        assertThat(first.place().pane())
                .isEqualTo(plan.timing().pane(record.getFrame().getTimestampMs()));
        assertThat(named)
                .matches("partition 1, block f/topics/%06d, feature %d: tokens (\\d+) live, (\\d+) in the replay"
                        .formatted(feature / 256, feature));
        assertThat(before.firstDifference(before)).isNull();
        assertThat(result.explained(place -> named).differences().get(0).detail())
                .isEqualTo(named);
    }

    private Contributions again(Place place) {
        Contributions again = new Contributions(place);
        ReplayOutput tap = new ReplayOutput() {
            @Override
            public void partial(int watchPartition, PanePartial partial) {
                if (watchPartition == place.watchPartition()) {
                    again.add(partial);
                }
            }
        };
        new ReplayDriver(live.course(StartPoint.ORIGIN), tap).run(live.recordedFeatures(StartPoint.ORIGIN), () -> {});
        return again;
    }

    private Comparison.Result verify() {
        return live.verify(live.course(StartPoint.ORIGIN), live.recordedFeatures(StartPoint.ORIGIN));
    }

    private boolean differs() {
        try {
            return !verify().equal();
        } catch (ReplayException named) {
            return true;
        }
    }

    private MonitorPlan withRate(DetectorPlan rate) {
        List<DetectorPlan> detectors = new ArrayList<>();
        plan.detectors().forEach(detector -> detectors.add(detector instanceof DetectorPlan.Rate ? rate : detector));
        return PlanCopy.withDetectors(plan, detectors);
    }

    /** Offset of the first frame with a scored row of a request that is open, at or behind an offset. */
    private int frameFrom(int offset) throws Exception {
        int at = offset;
        FeatureRecord record = FeatureRecord.parseFrom(live.features.get(1).get(at));
        while (!record.hasFrame() || firstScoredRow(record) < 0) {
            record = FeatureRecord.parseFrom(live.features.get(1).get(++at));
        }
        return at;
    }

    private static int firstScoredRow(FeatureRecord record) {
        byte[] kinds = record.getFrame().getRowKinds().toByteArray();
        for (int row = 0; row < kinds.length; row++) {
            if (kinds[row] == 0) {
                return row;
            }
        }
        return -1;
    }

    private static int firings(FeatureRecord record) {
        return record.getFrame().getCodesCount() == 0
                ? 0
                : record.getFrame().getCodes(0).getIndices().size() / 4;
    }

    private static FeatureRecord withoutFirstFiring(FeatureRecord record) {
        FeatureRecord.Builder less = record.toBuilder();
        SparseCodes.Builder codes = less.getFrameBuilder().getCodesBuilder(0);
        byte[] counts = codes.getCounts().toByteArray();
        int row = 0;
        while (counts[2 * row] == 0 && counts[2 * row + 1] == 0 || counts[2 * row + 1] == -1) {
            row++;
        }
        counts[2 * row]--;
        codes.setCounts(com.google.protobuf.ByteString.copyFrom(counts));
        codes.setIndices(codes.getIndices().substring(4));
        codes.setValues(codes.getValues().substring(4));
        return less.build();
    }

    private static int indexOf(byte[] in, byte[] part) {
        for (int at = 0; at + part.length <= in.length; at++) {
            if (java.util.Arrays.equals(in, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("the record does not contain its own field");
    }
}
