package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.reference.PlanFixture;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.wire.ActivationRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What came from outside is repeated: closings by force, and changes of the spec. */
class InterventionsTest {

    private static final TrafficSettings SETTINGS = TrafficSettings.wild();

    private final MonitorPlan plan = PlanFixture.plan(2, 2);
    private final long firstPane = plan.timing().pane(SETTINGS.startMs());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldEqualLiveWhenPanesWereClosedByForce(long seed) {
        LiveRun live = stalled(seed, new LiveRun.Stall(firstPane + 20, firstPane + 25));

        Comparison.Result result =
                live.verify(live.course(StartPoint.ORIGIN), live.recordedFeatures(StartPoint.ORIGIN));

        assertThat(live.interventions().skipped(0)).isNotEmpty();
        assertThat(result.differences()).isEmpty();
        assertThat(result.panes()).isGreaterThan(100);
    }

    @Test
    void shouldEqualLiveWhenAPartitionNeverCameBack() {
        LiveRun live = stalled(1, new LiveRun.Stall(firstPane + 30, Long.MAX_VALUE - 1));
        LiveRun forced = stalled(1, new LiveRun.Stall(firstPane + 30, firstPane + 57));

        Comparison.Result stuck = live.verify(live.course(StartPoint.ORIGIN), live.recordedFeatures(StartPoint.ORIGIN));
        Comparison.Result result =
                forced.verify(forced.course(StartPoint.ORIGIN), forced.recordedFeatures(StartPoint.ORIGIN));

        assertThat(stuck.differences()).isEmpty();
        assertThat(result.differences()).isEmpty();
        assertThat(forced.said.digests().lastKey().pane())
                .isGreaterThan(live.said.digests().lastKey().pane());
    }

    @Test
    void shouldDifferWhenAClosingByForceIsNotRepeated() {
        LiveRun live = stalled(1, new LiveRun.Stall(firstPane + 20, firstPane + 25));
        Course course = new Course(Plans.only(plan), StartPoint.ORIGIN, Interventions.NONE, Long.MAX_VALUE);

        Comparison.Result result = live.verify(course, live.recordedFeatures(StartPoint.ORIGIN));

        assertThat(result.differences()).isNotEmpty();
        assertThat(result.differences().get(0).place().pane()).isBetween(firstPane + 10, firstPane + 25);
    }

    @Test
    void shouldRunThePlanOfEachEpochWhenTheSpecChanges() throws Exception {
        long change = firstPane + 30;
        MonitorPlan changed = PlanFixture.changed(plan, 2);
        LiveRun live = new LiveRun(List.of(plan, changed), announced(change), null).run(1);

        Comparison.Result result =
                live.verify(live.course(StartPoint.ORIGIN), live.recordedFeatures(StartPoint.ORIGIN));

        assertThat(result.differences()).isEmpty();
        assertThat(live.said.digests().firstKey().pane()).isLessThan(change);
        live.said
                .digests()
                .forEach((place, digest) -> assertThat(digest.getEpoch())
                        .as("epoch of %s", place)
                        .isEqualTo(place.pane() < change ? 1 : 2));
        Course unchanged = new Course(
                Plans.known(List.of(plan, plan.withEpoch(2))), StartPoint.ORIGIN, live.interventions(), Long.MAX_VALUE);
        assertThat(live.verify(unchanged, live.recordedFeatures(StartPoint.ORIGIN))
                        .differences())
                .as("under the old plan throughout")
                .isNotEmpty();
    }

    private LiveRun stalled(long seed, LiveRun.Stall stall) {
        return new LiveRun(
                        List.of(plan), TrafficGenerator.generate(seed, SETTINGS).records(), stall)
                .run(seed);
    }

    /** Traffic whose ticks announce epoch 2 from a pane on. */
    private List<List<byte[]>> announced(long firstOfNext) throws Exception {
        List<List<byte[]>> announced = new ArrayList<>();
        for (List<byte[]> partition :
                TrafficGenerator.generate(1, SETTINGS.withBad(0)).records()) {
            List<byte[]> records = new ArrayList<>();
            for (byte[] value : partition) {
                ActivationRecord record = ActivationRecord.parseFrom(value);
                records.add(record.hasTick() ? announced(record, firstOfNext) : value);
            }
            announced.add(records);
        }
        return announced;
    }

    private byte[] announced(ActivationRecord record, long firstOfNext) {
        ActivationRecord.Builder announced = record.toBuilder();
        if (plan.timing().pane(record.getTick().getTimeMs()) >= firstOfNext) {
            announced.getTickBuilder().setEpoch(2);
        } else {
            announced.getTickBuilder().setEpoch(1).setNextEpoch(2).setNextEpochFirstPane(firstOfNext);
        }
        return announced.build().toByteArray();
    }
}
