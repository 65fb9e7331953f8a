package io.seismo.laws;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.reference.BadInput;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.ProductionRun;
import io.seismo.reference.Scored;
import io.seismo.reference.Traffic;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.reference.Watched;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.CloseReason;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RefusalCount;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bad record is refused for its reason, counted once, and changes nothing else. */
class BadInputTest {

    private static final MonitorPlan PLAN = PlanFixture.twoTaps(1, 1);

    private static Traffic traffic;
    private static Run without;

    /** What came of one partition's records. */
    private record Run(List<FeatureRecord> features, Scored scored, Watched watched) {

        static Run of(List<byte[]> records) {
            ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders());
            List<FeatureRecord> features = plain.encode(0, records);
            Scored scored = plain.score(0, features);
            return new Run(features, scored, plain.watch(List.of(scored)));
        }

        /** Features that were accepted, without their offsets. */
        List<FeatureRecord> accepted() {
            return features.stream()
                    .filter(record -> !record.hasRefusal())
                    .map(record -> record.toBuilder().clearOrigin().build())
                    .toList();
        }
    }

    @BeforeAll
    static void runOnceWithoutFaults() {
        TrafficSettings settings = TrafficSettings.wild()
                .withPartitions(1)
                .withMinutes(5)
                .withBad(0.9)
                .withSecondHook();
        traffic = TrafficGenerator.generate(701, settings);
        without =
                Run.of(traffic.without(EnumSet.allOf(BadInput.class)).records().get(0));
    }

    @ParameterizedTest
    @EnumSource(BadInput.class)
    void shouldChangeNothingButRefusalsWhenRecordsAreBad(BadInput fault) {
        Traffic with = traffic.only(fault);
        long bad = with.partitions().get(0).stream()
                .filter(sent -> sent.bad() != null)
                .count();
        assertThat(bad).as("this traffic holds such records").isPositive();

        Run run = Run.of(with.records().get(0));

        assertThat(run.accepted()).isEqualTo(without.accepted());
        assertThat(run.scored.scores()).isEqualTo(without.scored.scores());
        assertThat(run.scored.breaches()).isEqualTo(without.scored.breaches());
        assertThat(run.watched.statisticsAndAlerts()).isEqualTo(without.watched.statisticsAndAlerts());
        assertThat(run.features.stream()
                        .filter(FeatureRecord::hasRefusal)
                        .map(record -> record.getRefusal().getReason()))
                .hasSize((int) bad)
                .containsOnly(fault.reason());
        assertThat(run.scored.totals().getRefusalsList()).singleElement().satisfies(count -> {
            assertThat(count.getReason()).isEqualTo(fault.reason());
            assertThat(count.getRecords()).isBetween(1L, bad);
        });
    }

    @Test
    void shouldCountEveryRefusalWhenFaultsMix() {
        Run run = Run.of(traffic.records().get(0));
        long refused = run.features.stream().filter(FeatureRecord::hasRefusal).count();

        // The panes of the last seconds are still open.
        assertThat(run.scored.totals().getRefusalsList().stream()
                        .mapToLong(RefusalCount::getRecords)
                        .sum())
                .isBetween(refused * 9 / 10, refused);
        assertThat(refused)
                .isEqualTo(traffic.partitions().get(0).stream()
                        .filter(sent -> sent.bad() != null)
                        .count());
        assertThat(run.watched.statisticsAndAlerts()).isEqualTo(without.watched.statisticsAndAlerts());
    }

    /** Control: a record that is not bad but unexpected does change something. */
    @Test
    void shouldDifferWhenAGoodFrameIsLost() {
        List<byte[]> records = new ArrayList<>(tame());
        int lost = frameNear(records, records.size() / 2);
        records.remove(lost);

        Run run = Run.of(records);

        assertThat(run.watched.statisticsAndAlerts())
                .isNotEqualTo(Run.of(tame()).watched.statisticsAndAlerts());
        assertThat(run.scored.totals().getFramesMissing()).isEqualTo(1);
    }

    @Test
    void shouldOnlyCountOrphansWhenRequestsHaveNoBeginning() throws InvalidProtocolBufferException {
        List<byte[]> records = new ArrayList<>(tame());
        int at = frameNear(records, records.size() / 2);
        ActivationRecord frame = ActivationRecord.parseFrom(records.get(at));
        Frame.Builder orphans = frame.getFrame().toBuilder().setSourceId("elsewhere");
        for (Segment.Builder segment : orphans.getSegmentsBuilderList()) {
            segment.setRequestId("no-beginning-" + segment.getRequestId()).setStartPosition(1_000);
        }
        records.add(at + 1, frame.toBuilder().setFrame(orphans).build().toByteArray());

        Scored with = Run.of(records).scored;
        Scored plain = Run.of(tame()).scored;

        int rows = orphans.getSegmentsList().stream().mapToInt(Segment::getRows).sum();
        PaneTotals.Builder expected = plain.totals().toBuilder();
        expected.setOrphans(rows).setRowsSeen(expected.getRowsSeen() + rows).setFrames(expected.getFrames() + 1);
        assertThat(with.totals()).isEqualTo(expected.build());
        assertThat(with.scores()).isEqualTo(plain.scores());
        assertThat(blocks(with)).isEqualTo(blocks(plain));
    }

    @Test
    void shouldCloseIdleWhenARequestHasNoEnd() throws InvalidProtocolBufferException {
        List<byte[]> records = new ArrayList<>(tame());
        String endless = "";
        for (int at = frameNear(records, 20); endless.isEmpty(); at = frameNear(records, at + 1)) {
            ActivationRecord frame = ActivationRecord.parseFrom(records.get(at));
            Frame.Builder changed = frame.getFrame().toBuilder();
            for (Segment.Builder segment : changed.getSegmentsBuilderList()) {
                if (endless.isEmpty() && segment.hasEnd()) {
                    endless = segment.getRequestId();
                    segment.clearEnd();
                }
            }
            records.set(at, frame.toBuilder().setFrame(changed).build().toByteArray());
        }
        String id = endless;

        List<RequestScore> with = Run.of(records).scored.scores();
        List<RequestScore> plain = Run.of(tame()).scored.scores();

        RequestScore idle = one(with, id);
        RequestScore ended = one(plain, id);
        assertThat(idle.getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_IDLE);
        assertThat(idle.toBuilder()
                        .clearClosedBy()
                        .clearOutcome()
                        .clearRowsExpected()
                        .build())
                .isEqualTo(ended.toBuilder()
                        .clearClosedBy()
                        .clearOutcome()
                        .clearRowsExpected()
                        .build());
        assertThat(with.stream().filter(score -> !score.getRequestId().equals(id)))
                .isEqualTo(plain.stream()
                        .filter(score -> !score.getRequestId().equals(id))
                        .toList());
    }

    private static List<byte[]> tame() {
        TrafficSettings settings =
                TrafficSettings.tame().withPartitions(1).withMinutes(4).withSecondHook();
        return TrafficGenerator.generate(702, settings).records().get(0);
    }

    private static int frameNear(List<byte[]> records, int from) {
        int at = from;
        while (!isFrame(records.get(at))) {
            at++;
        }
        return at;
    }

    private static boolean isFrame(byte[] record) {
        try {
            return ActivationRecord.parseFrom(record).hasFrame();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    private static RequestScore one(List<RequestScore> scores, String id) {
        return scores.stream()
                .filter(score -> score.getRequestId().equals(id))
                .reduce((a, b) -> {
                    throw new IllegalStateException("two scores of one request");
                })
                .orElseThrow();
    }

    private static List<String> blocks(Scored scored) {
        return scored.to(0).stream()
                .filter(partial -> partial.hasChunk())
                .map(partial -> partial.getChunk().toString())
                .toList();
    }
}
