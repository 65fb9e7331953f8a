package io.seismo.laws;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.reference.Interleaving;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.ProductionRun;
import io.seismo.reference.Scored;
import io.seismo.reference.Traffic;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.reference.Watched;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.window.WatchBlock;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrival order across partitions, restarts and repeats change no digest, no alert core and no request score. */
class ShuffleTest {

    private static final MonitorPlan PLAN = PlanFixture.plan(3, 2);

    private static Traffic traffic;
    private static List<List<byte[]>> records;
    private static List<Scored> scored;
    private static Watched watched;

    @BeforeAll
    static void runOnceInOrder() {
        TrafficSettings settings = TrafficSettings.wild().withPartitions(3).withMinutes(9);
        traffic = TrafficGenerator.generate(501, settings);
        records = traffic.records();
        ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders());
        scored = plain.score(records);
        watched = new Watched();
        for (int w = 0; w < 2; w++) {
            int to = w;
            List<PanePartial> oneAfterTheOther =
                    scored.stream().flatMap(each -> each.to(to).stream()).toList();
            plain.watch(w, oneAfterTheOther, watched);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGiveTheSameWhenPartitionsArriveInAnyOrder(long seed) {
        ProductionRun shuffled = new ProductionRun(PLAN, PlanFixture.encoders(), new SplittableRandom(seed), 0);

        Watched again = shuffled.watch(scored);

        assertThat(again.digests()).isEqualTo(watched.digests());
        assertThat(again.transitions()).isEqualTo(watched.transitions());
        assertThat(again.transitions()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void shouldGiveTheSameWhenMachinesRestartAtRandom(long seed) {
        ProductionRun restarting = new ProductionRun(PLAN, PlanFixture.encoders(), new SplittableRandom(seed), 50);

        List<Scored> scoredAgain = restarting.score(records);

        for (int p = 0; p < 3; p++) {
            assertThat(scoredAgain.get(p).scores()).isEqualTo(scored.get(p).scores());
            assertThat(scoredAgain.get(p).breaches()).isEqualTo(scored.get(p).breaches());
            assertThat(scoredAgain.get(p).to(0)).isEqualTo(scored.get(p).to(0));
        }
        Watched again = restarting.watch(scoredAgain);
        assertThat(again.digests()).isEqualTo(watched.digests());
        assertThat(again.transitions()).isEqualTo(watched.transitions());
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void shouldGiveTheSameButForRefusalsWhenTicksAndFramesAreRepeated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<byte[]>> repeated = traffic.partitions().stream()
                .map(each -> repeated(each, random))
                .toList();
        ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders(), random, 0);

        List<Scored> scoredAgain = plain.score(repeated);

        for (int p = 0; p < 3; p++) {
            assertThat(repeated.get(p)).hasSizeGreaterThan(records.get(p).size() + 50);
            assertThat(scoredAgain.get(p).scores()).isEqualTo(scored.get(p).scores());
            assertThat(scoredAgain.get(p).breaches()).isEqualTo(scored.get(p).breaches());
        }
        assertThat(plain.watch(scoredAgain).statisticsAndAlerts()).isEqualTo(watched.statisticsAndAlerts());
    }

    @Test
    void shouldGiveTheSameWhenWatchGoesOnFromASnapshot() {
        long fiveMinutesBeforeAnHour = 1_790_002_500_000L;
        TrafficSettings settings = TrafficSettings.wild().withMinutes(9).withStart(fiveMinutesBeforeAnHour);
        MonitorPlan plan = PlanFixture.plan(2, 1);
        ProductionRun plain = new ProductionRun(plan, PlanFixture.encoders());
        List<PanePartial> partials = Interleaving.of(
                plain.score(TrafficGenerator.generate(502, settings).records()).stream()
                        .map(each -> each.to(0))
                        .toList(),
                new SplittableRandom(1),
                20);
        Watched whole = new Watched();
        plain.watch(0, partials, whole);
        assertThat(whole.snapshots()).isNotEmpty();

        TreeMapState state = new TreeMapState();
        long pane = WatchCore.restore(state, whole.snapshots());
        Watched rest = new Watched();
        WatchCore core = new WatchCore(Plans.only(plan), 0, state, rest);
        partials.forEach(core::accept);

        assertThat(rest.digests())
                .isEqualTo(whole.digests().stream()
                        .filter(digest -> digest.getPane() > pane)
                        .toList());
        assertThat(rest.transitions())
                .isNotEmpty()
                .isEqualTo(whole.transitions().stream()
                        .filter(moved -> moved.getCore().getPane() > pane)
                        .toList());
    }

    /** Control: sums of floats in the order of arrival, which is what this test exists to catch. */
    @Test
    void shouldDifferWhenSumsAreMergedInArrivalOrder() {
        List<List<PanePartial>> sequences =
                scored.stream().map(each -> each.to(0)).toList();

        long distinct = List.of(1L, 2L, 3L, 4L, 5L, 6L).stream()
                .map(seed -> floatSums(Interleaving.of(sequences, new SplittableRandom(seed), 30)))
                .distinct()
                .count();

        assertThat(distinct).isGreaterThan(1);
    }

    /** Control: a machine that forgets what it knew gives something else. */
    @Test
    void shouldDifferWhenAMachineForgets() {
        ProductionRun plain = new ProductionRun(PLAN, PlanFixture.encoders());
        List<List<byte[]>> cut = new ArrayList<>(records);
        List<byte[]> first = records.get(0);
        cut.set(0, first.subList(first.size() / 2, first.size()));

        assertThat(plain.score(cut).get(0).scores()).isNotEqualTo(scored.get(0).scores());
    }

    private static String floatSums(List<PanePartial> partials) {
        TreeMap<String, Float> sums = new TreeMap<>();
        for (PanePartial partial : partials) {
            for (KeyedBytes block : partial.getChunk().getBlocksList()) {
                if (block.getKey().startsWith("w/")) {
                    float sum =
                            WatchBlock.decode(block.getValue().toByteArray()).sum() / 65_536f;
                    sums.merge(partial.getChunk().getPane() + block.getKey(), sum / 3, Float::sum);
                }
            }
        }
        return sums.toString();
    }

    /**
     * Good ticks and frames come again, at once or up to forty records later. Bad ones do not: a frame that was refused
     * as ahead is no duplicate, and right once its time has come.
     */
    private static List<byte[]> repeated(List<Traffic.Sent> records, SplittableRandom random) {
        List<Traffic.Sent> out = new ArrayList<>();
        for (Traffic.Sent record : records) {
            out.add(record);
            if (random.nextInt(10) == 0 && mayRepeat(record)) {
                out.add(record);
            }
            Traffic.Sent earlier = out.get(Math.max(0, out.size() - 1 - random.nextInt(40)));
            if (random.nextInt(10) == 0 && mayRepeat(earlier)) {
                out.add(earlier);
            }
        }
        return out.stream().map(Traffic.Sent::bytes).toList();
    }

    private static boolean mayRepeat(Traffic.Sent record) {
        return record.bad() == null && !isHeartbeat(record.bytes());
    }

    private static boolean isHeartbeat(byte[] record) {
        try {
            return ActivationRecord.parseFrom(record).hasHeartbeat();
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }
}
