package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.spec.MonitorPlan.Shape;
import io.seismo.spec.Timing;
import io.seismo.wire.CloseReason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Epochs that follow each other within a minute, changed at random, on clocks that disagree, against the reference. */
class EpochStormTest {

    private static final TrafficSettings SETTINGS =
            TrafficSettings.wild().withMinutes(8).withBad(0.05);
    private static final int EPOCHS = 9;
    private static final EnumSet<PlanChange> MOVING_CAPS = EnumSet.of(
            PlanChange.ENTRY_UNCOVERED,
            PlanChange.DETECTOR_KINDS,
            PlanChange.CAP_ABOVE,
            PlanChange.CAP_GONE,
            PlanChange.CAP_ELSEWHERE);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAgreeWithReferenceWhenEpochsComeInAStorm(long seed) {
        EpochRun run = storm(seed);

        assertThat(run.differences()).isEmpty();
    }

    /** What the storms hold, else they would prove little. */
    @Test
    void shouldHoldEveryEndOfARequestWhenTheyStorm() {
        TreeSet<CloseReason> closed = new TreeSet<>();
        for (long seed = 1; seed <= 3; seed++) {
            EpochRun run = storm(seed);
            for (int p = 0; p < run.records.size(); p++) {
                run.wanted.requestScores(p).forEach(score -> closed.add(score.getClosedBy()));
            }
        }

        assertThat(closed)
                .contains(
                        CloseReason.CLOSE_REASON_END,
                        CloseReason.CLOSE_REASON_IDLE,
                        CloseReason.CLOSE_REASON_AGE,
                        CloseReason.CLOSE_REASON_EVICTED,
                        CloseReason.CLOSE_REASON_EPOCH);
    }

    /** Control: one tick that says something else is enough. */
    @Test
    void shouldDifferWhenClocksSayOtherThings() {
        EpochRun run = storm(1);

        Traffic other = wild(2, 1).in(traffic(1, 2));

        assertThat(run.difference(ReferenceDigest.of(other.records(), run.plans, PlanFixture::encoders)))
                .isNotEmpty();
    }

    /** Without changes that move caps: see {@link EpochCapsTest}. */
    private static EpochRun storm(long seed) {
        return storm(seed, EnumSet.complementOf(MOVING_CAPS));
    }

    static EpochRun storm(long seed, Set<PlanChange> changes) {
        int partitions = 1 + (int) (seed % 3);
        return new EpochRun(
                wild(seed, seed).in(traffic(seed, partitions)), plans(seed, partitions, List.copyOf(changes)), seed);
    }

    private static Traffic traffic(long seed, int partitions) {
        return TrafficGenerator.generate(400 + seed, SETTINGS.withPartitions(partitions))
                .from(SETTINGS.startMs() + 150_000)
                .withoutSources("srv-1");
    }

    private static Announcements wild(long saidSeed, long seed) {
        int panes = 3 + (int) (seed % 4);
        return Announcements.wild(saidSeed, Timing.DEFAULT, SETTINGS.startMs() + 200_000, panes, EPOCHS)
                .laterBy(seed % 2 == 0 ? 0 : 9_000);
    }

    /** The plan again and again, each time with another change; some requests must make room. */
    private static List<MonitorPlan> plans(long seed, int partitions, List<PlanChange> changes) {
        SplittableRandom random = new SplittableRandom(seed);
        MonitorPlan plan =
                PlanFixture.plan(new Shape(partitions, 2), Timing.DEFAULT, new RequestLife(15_000, 20_000, 7));
        List<MonitorPlan> plans = new ArrayList<>();
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            plans.add(changes.get(random.nextInt(changes.size())).of(plan, epoch));
        }
        return plans;
    }
}
