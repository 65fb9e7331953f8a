package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way to hear of an epoch, on one, two and three partitions, against the reference. */
class EpochAnnouncementTest {

    private static final Timing TIMING = Timing.DEFAULT;
    private static final TrafficSettings SETTINGS =
            TrafficSettings.wild().withMinutes(7).withBad(0.05);
    private static final long START = SETTINGS.startMs();
    private static final long HEARD = START + 310_000;
    private static final long FIRST_PANE = TIMING.pane(START + 345_000);

    /** How epoch 2, and maybe epoch 3, becomes known. */
    private enum Way {
        AHEAD(Announcements.ahead(HEARD, FIRST_PANE)),
        PROPER(Announcements.proper(TIMING, HEARD, FIRST_PANE)),
        LATE(Announcements.ahead(HEARD, TIMING.pane(START))),
        AT_ONCE(Announcements.at(HEARD)),
        FROM_THE_FIRST_TICK_ON(Announcements.ahead(START, FIRST_PANE)),
        ONE_OF_TWO_CLOCKS(Announcements.proper(TIMING, HEARD, FIRST_PANE).byOneOfTwoClocks()),
        EACH_PARTITION_LATER(Announcements.proper(TIMING, HEARD, FIRST_PANE).laterBy(27_000)),
        MIDDLE_NEVER_BEGINS(Announcements.middleNeverBegins(HEARD, FIRST_PANE, 0)),
        MIDDLE_IS_OVERTAKEN(Announcements.middleNeverBegins(HEARD, FIRST_PANE, 1)),
        MIDDLE_IS_SHORT(Announcements.middleNeverBegins(HEARD, FIRST_PANE, -1)),
        MIDDLE_NEVER_BEGINS_FOR_SOME(
                Announcements.middleNeverBegins(HEARD, FIRST_PANE, 0).laterBy(18_000)),
        TWICE(Announcements.at(HEARD, HEARD + 12_000));

        private final Announcements said;

        Way(Announcements said) {
            this.said = said;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AHEAD, 1",
        "AHEAD, 3",
        "PROPER, 2",
        "LATE, 1",
        "LATE, 2",
        "AT_ONCE, 2",
        "FROM_THE_FIRST_TICK_ON, 2",
        "ONE_OF_TWO_CLOCKS, 1",
        "ONE_OF_TWO_CLOCKS, 2",
        "EACH_PARTITION_LATER, 2",
        "EACH_PARTITION_LATER, 3",
        "MIDDLE_NEVER_BEGINS, 1",
        "MIDDLE_IS_OVERTAKEN, 2",
        "MIDDLE_IS_SHORT, 2",
        "MIDDLE_NEVER_BEGINS_FOR_SOME, 3",
        "TWICE, 2"
    })
    void shouldAgreeWithReferenceWhenAnEpochIsHeardOf(Way way, int partitions) {
        EpochRun run = run(way.said, partitions);

        assertThat(run.differences()).isEmpty();
        assertThat(run.watched.digests().get(run.watched.digests().size() - 1).getEpoch())
                .isGreaterThan(1);
    }

    /** A partition whose first tick comes when others are long in the next epoch. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldAgreeWithReferenceWhenAPartitionBeginsInTheNextEpoch(long seed) {
        Traffic all = Announcements.at(HEARD).in(traffic(2));
        List<List<Traffic.Sent>> partitions = new ArrayList<>(all.partitions());
        int late = (int) (seed % 2);
        partitions.set(late, all.from(HEARD + 20_000).partitions().get(late));

        assertThat(new EpochRun(new Traffic(partitions), plans(2), seed).differences())
                .isEmpty();
    }

    /** Control: one pane later is another story. */
    @Test
    void shouldDifferWhenTheReferenceHearsOfALaterPane() {
        EpochRun run = run(Announcements.ahead(HEARD, FIRST_PANE), 2);

        Traffic other = Announcements.ahead(HEARD, FIRST_PANE + 1).in(traffic(2));

        assertThat(run.difference(ReferenceDigest.of(other.records(), run.plans, PlanFixture::encoders)))
                .isNotEmpty();
    }

    /** Control: of two announcements that never took effect, which one was made leaves no trace. */
    @Test
    void shouldNotDifferWhenWhatIsAnnouncedIsTheSame() {
        EpochRun run = run(Announcements.ahead(HEARD, FIRST_PANE), 1);

        Traffic other = Announcements.proper(TIMING, HEARD, FIRST_PANE).in(traffic(1));

        assertThat(run.difference(ReferenceDigest.of(other.records(), run.plans, PlanFixture::encoders)))
                .isEmpty();
    }

    private static EpochRun run(Announcements said, int partitions) {
        return new EpochRun(said.in(traffic(partitions)), plans(partitions), partitions);
    }

    private static Traffic traffic(int partitions) {
        return TrafficGenerator.generate(300 + partitions, SETTINGS.withPartitions(partitions))
                .from(START + 150_000)
                .withoutSources("srv-1");
    }

    private static List<MonitorPlan> plans(int partitions) {
        MonitorPlan plan = PlanFixture.plan(partitions, 1 + new SplittableRandom(partitions).nextInt(3));
        return List.of(plan, PlanChange.MANY_THINGS.of(plan, 2), PlanChange.WEIGHTS.of(plan, 3));
    }
}
