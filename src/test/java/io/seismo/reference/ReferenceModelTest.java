package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.spec.MonitorPlan.Shape;
import io.seismo.spec.Timing;
import io.seismo.wire.ActivationRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The production machines, end to end in memory, against the reference: content and bytes, seed by seed. */
class ReferenceModelTest {

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104})
    void shouldEqualReferenceWhenTrafficIsWild(long seed) {
        compare(PlanFixture.plan(2, 2), seed, TrafficSettings.wild());
    }

    @ParameterizedTest
    @ValueSource(longs = {111})
    void shouldEqualReferenceWhenAlertsComeAndGo(long seed) {
        compare(
                PlanFixture.plan(3, 4),
                seed,
                TrafficSettings.wild().withPartitions(3).withMinutes(21));
    }

    /** What is usual of an encoder is that of hours before, so that it is only there once an hour has ended. */
    @Test
    void shouldEqualReferenceWhenAnHourEnds() {
        long sixMinutesBeforeAnHour = 1_790_002_440_000L;
        TrafficSettings settings = TrafficSettings.wild().withMinutes(10).withStart(sixMinutesBeforeAnHour);
        compare(PlanFixture.plan(2, 2), 113, settings);
    }

    @ParameterizedTest
    @ValueSource(longs = {121, 122})
    void shouldEqualReferenceWhenRequestsMustMakeRoom(long seed) {
        RequestLife crowded = new RequestLife(15_000, 20_000, 6);
        compare(
                PlanFixture.plan(new Shape(2, 3), Timing.DEFAULT, crowded),
                seed,
                TrafficSettings.wild().withMinutes(6));
    }

    @ParameterizedTest
    @ValueSource(longs = {131, 132})
    void shouldEqualReferenceWhenPanesAreShortAndGraceIsNot(long seed) {
        RequestLife life = new RequestLife(60_000, 600_000, 20_000);
        MonitorPlan plan = PlanFixture.plan(new Shape(2, 1), new Timing(1_700, 10_000, 10_000), life);
        compare(plan, seed, TrafficSettings.wild().withMinutes(4));
    }

    @ParameterizedTest
    @ValueSource(longs = {141, 142})
    void shouldEqualReferenceWhenThereAreTwoTapsAndThreeSaes(long seed) {
        TrafficSettings settings = TrafficSettings.wild().withMinutes(5).withSecondHook();
        compare(PlanFixture.twoTaps(2, 3), seed, settings);
    }

    /** Ticks that come seldom close many requests and panes at once: then the order among them shows. */
    @ParameterizedTest
    @ValueSource(longs = {161, 162})
    void shouldEqualReferenceWhenTicksAreRare(long seed) {
        MonitorPlan plan = PlanFixture.plan(new Shape(2, 2), Timing.DEFAULT, new RequestLife(4_000, 9_000, 40));
        List<List<byte[]>> records = new ArrayList<>();
        for (List<byte[]> partition : TrafficGenerator.generate(
                        seed, TrafficSettings.wild().withMinutes(6))
                .records()) {
            List<byte[]> fewTicks = new ArrayList<>();
            int ticks = 0;
            for (byte[] record : partition) {
                if (!isTick(record) || ticks++ % 17 == 0) {
                    fewTicks.add(record);
                }
            }
            records.add(fewTicks);
        }
        compare(plan, seed, records);
    }

    /** Whatever still parses after some bytes were changed is hostile in ways nobody thinks of. */
    @ParameterizedTest
    @ValueSource(longs = {151, 152, 153})
    void shouldEqualReferenceWhenBytesAreMutated(long seed) {
        TrafficSettings settings = TrafficSettings.wild().withMinutes(4).withBad(0);
        SplittableRandom random = new SplittableRandom(seed);
        List<List<byte[]>> records = new ArrayList<>();
        for (List<byte[]> partition : TrafficGenerator.generate(seed, settings).records()) {
            List<byte[]> mutated = new ArrayList<>();
            for (byte[] good : partition) {
                mutated.add(good);
                if (!isTick(good)) {
                    mutated.add(mutated(good, random));
                }
            }
            records.add(mutated);
        }
        compare(PlanFixture.plan(2, 2), seed, records);
    }

    /** Servers that Seismo meets in the middle of their life, and again after two hours of silence. */
    @ParameterizedTest
    @ValueSource(longs = {171, 172, 173})
    void shouldEqualReferenceWhenServersAreMetInTheMiddleAndForgotten(long seed) {
        TrafficSettings settings = TrafficSettings.wild().withMinutes(3);
        List<List<byte[]>> before = TrafficGenerator.generate(seed, settings).records();
        List<List<byte[]>> after = TrafficGenerator.generate(
                        seed + 1_000, settings.withStart(settings.startMs() + 7_200_000))
                .records();
        List<List<byte[]>> records = new ArrayList<>();
        for (int p = 0; p < before.size(); p++) {
            List<byte[]> partition = new ArrayList<>(fromTheMiddle(before.get(p)));
            partition.addAll(fromTheMiddle(after.get(p)));
            records.add(partition);
        }
        compare(PlanFixture.plan(2, 2), seed, records);
    }

    /** Ticks of the first minute, and everything behind it: no server is seen to begin, unless it starts again. */
    private static List<byte[]> fromTheMiddle(List<byte[]> records) {
        List<byte[]> kept = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            if (i > records.size() / 3 || isTick(records.get(i))) {
                kept.add(records.get(i));
            }
        }
        return kept;
    }

    /** A tick moves time for good: one from the year 4000 would close billions of panes on either side. */
    private static boolean isTick(byte[] record) {
        try {
            return ActivationRecord.parseFrom(record).hasTick();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    /** The first bytes hold names, times and counters; behind them lie mostly numbers under a checksum. */
    private static byte[] mutated(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        int reach = random.nextBoolean() ? Math.min(60, bytes.length) : bytes.length;
        for (int m = random.nextInt(1, 3); m > 0; m--) {
            bytes[random.nextInt(reach)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static void compare(MonitorPlan plan, long seed, TrafficSettings settings) {
        compare(plan, seed, TrafficGenerator.generate(seed, settings).records());
    }

    private static void compare(MonitorPlan plan, long seed, List<List<byte[]>> records) {
        ReferenceDigest wanted = ReferenceDigest.of(records, plan, PlanFixture.encoders());
        ProductionRun production = new ProductionRun(plan, PlanFixture.encoders());

        List<Scored> scored = production.score(records);
        for (int p = 0; p < records.size(); p++) {
            assertThat(scored.get(p).scores())
                    .as("request scores, seed %d", seed)
                    .isEqualTo(wanted.requestScores(p));
            assertThat(scored.get(p).breaches()).as("breaches, seed %d", seed).isEqualTo(wanted.breaches(p));
            for (int w = 0; w < plan.shape().watchPartitions(); w++) {
                assertThat(DecodedPanes.differences(
                                ReferencePartials.of(wanted.model(), p, w),
                                scored.get(p).to(w)))
                        .as("panes, seed %d, partition %d to watch partition %d", seed, p, w)
                        .isEmpty();
            }
        }
        Watched watched = production.watch(scored);
        assertThat(wanted.difference(watched.digests, watched.transitions))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(watched.digests).isNotEmpty();
    }
}
