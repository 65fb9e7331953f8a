package io.seismo.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.seismo.spec.Plans;
import io.seismo.window.BlockKey;
import io.seismo.window.Digests;
import io.seismo.window.FeatureBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.BlockDigest;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.Label;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WatchCoreTest {

    /** Limits of charts are costly and pure, so restarts share them. */
    static final Plans PLANS = Plans.only(World.PLAN);

    static final RateDetectors RATES = new RateDetectors(World.PLAN);

    @Test
    void shouldTellTheWholeStoryWhenTrafficSpikesBreachesAndIsLost() {
        Recording out = run(World.inOrder(World.partials(1)));
        assertThat(out.panes())
                .as("every pane once, from the smallest first pane")
                .hasSize(World.PANES)
                .isSorted()
                .startsWith(World.FIRST_PANE);
        assertThat(out.transitions.stream().map(WatchCoreTest::headline).toList())
                .contains(
                        "FeatureSpike phishing INACTIVE>FIRING",
                        "FeatureSpike phishing FIRING>RESOLVED",
                        "MonitorBlind blind INACTIVE>PENDING",
                        "MonitorBlind blind PENDING>FIRING",
                        "CapBreached phishing INACTIVE>FIRING",
                        "CapBreached phishing FIRING>RESOLVED")
                .doesNotContain("FeatureSpike topic INACTIVE>FIRING");
        AlertTransition spike = out.transitions.stream()
                .filter(t -> headline(t).equals("FeatureSpike phishing INACTIVE>FIRING"))
                .findFirst()
                .orElseThrow();
        assertThat(spike.getEvidence().getSummary())
                .startsWith("phishing: ")
                .contains(" requests in 1m fired, usually ");
        assertThat(spike.getEvidence().getTopList()).hasSizeBetween(3, 10);
        assertThat(spike.getEvidence().getAccounts()).isEqualTo(3);
        assertThat(spike.getEvidence().getCoverage()).isEqualTo(1.0);
        assertThat(spike.getEvidence().getCoFiringList())
                .anySatisfy(line -> assertThat(line).startsWith("topics/263: "));
        assertThat(out.snapshots).isNotEmpty();
    }

    @Test
    void shouldGiveSameBytesWhenPartitionsInterleaveDifferently() {
        Random random = new Random(7);
        for (long seed = 0; seed < 4; seed++) {
            List<List<PanePartial>> world = World.partials(seed);
            Recording expected = run(World.inOrder(world));
            for (int shuffle = 0; shuffle < 5; shuffle++) {
                assertThat(run(World.shuffled(world, random)).all).isEqualTo(expected.all);
            }
        }
    }

    /** The law above would be worthless if merging by arrival passed it as well. */
    @Test
    void shouldDifferByArrivalWhenSuspectsAreOrderedByScoreAlone() {
        List<List<PanePartial>> world = World.partials(1);
        TreeSet<String> orders = new TreeSet<>();
        Random random = new Random(7);
        for (int shuffle = 0; shuffle < 5; shuffle++) {
            List<TopRequest> naive = new ArrayList<>();
            for (PanePartial partial : World.shuffled(world, random)) {
                if (World.pane(partial) == World.FIRST_PANE + 30) {
                    naive.addAll(partial.getMarker().getTopList());
                }
            }
            naive.sort(Comparator.comparingDouble(top -> -top.getScore()));
            orders.add(naive.toString());
        }
        assertThat(orders).hasSizeGreaterThan(1);
    }

    @Test
    void shouldGiveSameOutputsWhenRestartedAfterEveryRecord() {
        List<PanePartial> records = World.shuffled(World.partials(2), new Random(3));
        Recording expected = run(records);
        Recording out = new Recording();
        TreeMapState state = new TreeMapState();
        for (PanePartial record : records) {
            state = state.copy();
            new WatchCore(PLANS, plan -> RATES, 0, state, out).accept(record);
        }
        assertThat(out.all).isEqualTo(expected.all);
    }

    /** Each kind of state matters: without it a restart shows. */
    @Test
    void shouldDifferWhenARestartForgetsAKindOfState() {
        List<PanePartial> records = World.inOrder(World.partials(2));
        Recording expected = run(records);
        for (String prefix : List.of("a/", "b/", "d/", "r/", "t/", "i/", "p/", "c/next")) {
            Recording out = new Recording();
            TreeMapState state = new TreeMapState();
            for (PanePartial record : records) {
                List<String> lost = new ArrayList<>();
                state.scan(prefix, (key, value) -> lost.add(key));
                lost.forEach(state::remove);
                new WatchCore(PLANS, plan -> RATES, 0, state, out).accept(record);
            }
            assertThat(out.all).as("without %s", prefix).isNotEqualTo(expected.all);
        }
    }

    @Test
    void shouldIgnoreAndCountWhenPartialsAreRepeated() {
        List<PanePartial> records = World.inOrder(World.partials(3));
        Recording expected = run(records);
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        for (PanePartial record : records) {
            core.accept(record);
            core.accept(record);
        }
        records.forEach(core::accept);
        assertThat(out.all).isEqualTo(expected.all);
        WatchCounts counts = core.counts();
        assertThat(counts.duplicates() + counts.late()).isEqualTo(2L * records.size());
        assertThat(counts.duplicates()).isPositive();
        assertThat(counts.conflicts()).isZero();
    }

    @Test
    void shouldEqualNaiveSumsWhenMerged() {
        List<PanePartial> records = World.inOrder(World.partials(4));
        TreeMap<Long, TreeMap<String, List<byte[]>>> parts = new TreeMap<>();
        TreeMap<Long, long[]> requests = new TreeMap<>();
        for (PanePartial record : records) {
            for (KeyedBytes block : record.getChunk().getBlocksList()) {
                parts.computeIfAbsent(World.pane(record), p -> new TreeMap<>())
                        .computeIfAbsent(block.getKey(), k -> new ArrayList<>())
                        .add(block.getValue().toByteArray());
            }
            requests.computeIfAbsent(World.pane(record), p -> new long[1])[0] +=
                    record.getMarker().getTotals().getRequestsSeen();
        }
        for (PaneDigest digest : run(records).digests) {
            TreeMap<String, List<byte[]>> blocks = parts.getOrDefault(digest.getPane(), new TreeMap<>());
            assertThat(digest.getBlocks()).isEqualTo(blocks.size());
            for (BlockDigest block : digest.getBlockDigestsList()) {
                assertThat(block.getPrefix())
                        .as("%s of pane %s", block.getKey(), digest.getPane())
                        .isEqualTo(Digests.prefix64(naive(block.getKey(), blocks.get(block.getKey()))));
            }
        }
    }

    @Test
    void shouldNameTheBlockWhenOneCountDiffers() {
        List<PanePartial> records = World.inOrder(World.partials(5));
        Recording before = run(records);
        List<PanePartial> flipped = new ArrayList<>(records);
        int at = 0;
        while (!flipped.get(at).hasChunk() || World.pane(flipped.get(at)) != World.FIRST_PANE + 20) {
            at++;
        }
        PanePartial.Builder changed = flipped.get(at).toBuilder();
        KeyedBytes.Builder block = changed.getChunkBuilder().getBlocksBuilder(1);
        FeatureBlock content = FeatureBlock.decode(block.getValue().toByteArray());
        content.addToken(200, 0.5f);
        block.setValue(ByteString.copyFrom(content.encode()));
        flipped.set(at, changed.build());
        Recording after = run(flipped);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < before.digests.size(); i++) {
            PaneDigest x = before.digests.get(i);
            PaneDigest y = after.digests.get(i);
            assertThat(x.getStatistics().equals(y.getStatistics())).isEqualTo(x.getPane() != World.FIRST_PANE + 20);
            assertThat(x.getRefusals()).isEqualTo(y.getRefusals());
            for (int b = 0; b < x.getBlockDigestsCount(); b++) {
                if (!x.getBlockDigests(b).equals(y.getBlockDigests(b))) {
                    differences.add(x.getPane() - World.FIRST_PANE + " "
                            + x.getBlockDigests(b).getKey());
                }
            }
        }
        assertThat(differences).containsExactly("20 " + block.getKey());
    }

    @Test
    void shouldLeaveFramesOffsetsAndSuspectsOutOfStatisticsWhenDigesting() {
        PanePartial plain = World.marker(0, 5, 5);
        PanePartial.Builder other = plain.toBuilder();
        other.getMarkerBuilder()
                .setClosedAtOffset(99)
                .addTop(TopRequest.newBuilder().setWatch("phishing"));
        other.getMarkerBuilder().getTotalsBuilder().setFrames(7);
        PanePartial.Builder counted = plain.toBuilder();
        counted.getMarkerBuilder().getTotalsBuilder().setOrphans(1);
        assertThat(statistics(other.build())).isEqualTo(statistics(plain));
        assertThat(statistics(counted.build())).isNotEqualTo(statistics(plain));
    }

    @Test
    void shouldWaitWhenAPartitionStalls() {
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        core.accept(World.marker(0, 10, 10));
        core.accept(World.marker(1, 10, 30));
        assertThat(core.nextPane()).as("no pane before every partition spoke").isEmpty();
        core.accept(World.marker(2, 12, 12));
        core.accept(World.marker(0, 11, 40));
        assertThat(out.panes()).as("partition 2 counts as closed before 12").containsExactly(10L, 11L, 12L);
        core.accept(World.forceClose(1_000_000_000_000L));
        assertThat(out.panes())
                .as("never beyond what someone closed")
                .endsWith(39L, 40L)
                .hasSize(31);
        assertThat(out.digests.get(2).getSkippedList()).isEmpty();
        assertThat(out.digests.get(3).getSkippedList()).containsExactly(2);
        assertThat(out.digests.get(30).getSkippedList()).containsExactly(1, 2);
        assertThat(core.counts().skipped()).isEqualTo(28 + 10);
        core.accept(World.marker(2, 13, 41));
        assertThat(core.counts().late()).as("content of pane 13 came too late").isEqualTo(1);
        core.accept(World.marker(0, 41, 41));
        core.accept(World.marker(1, 31, 41));
        assertThat(out.panes()).endsWith(41L);
        assertThat(out.digests.get(31).getSkippedList()).isEmpty();
    }

    @Test
    void shouldCloseByForceBeforeAnyMergeWhenAPartitionNeverSpoke() {
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        core.accept(World.forceClose(100));
        assertThat(out.panes()).isEmpty();
        core.accept(World.marker(1, 7, 9));
        core.accept(World.forceClose(8));
        assertThat(out.panes()).containsExactly(7L, 8L);
        assertThat(out.digests.get(0).getSkippedList()).containsExactly(0, 2);
    }

    @Test
    void shouldWaitForTheLastChunkWhenMarkerAnnouncesMore() {
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        TreeMap<String, byte[]> blocks = new TreeMap<>();
        blocks.put("w/phishing", new WatchBlock(1).encode());
        PanePartial chunk = World.chunks(0, 10, blocks, 1).get(0);
        PanePartial.Builder marker = World.marker(0, 10, 10).toBuilder();
        marker.getMarkerBuilder().setChunks(1);
        core.accept(marker.build());
        core.accept(World.marker(1, 10, 10));
        core.accept(World.marker(2, 10, 10));
        assertThat(out.panes()).isEmpty();
        core.accept(chunk);
        assertThat(out.panes()).containsExactly(10L);
        assertThat(out.digests.get(0).getBlocks()).isEqualTo(1);
    }

    @Test
    void shouldSkipTheStalledPartitionWhenTheInboxIsFull() {
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        core.accept(World.marker(2, 0, 0));
        core.accept(World.marker(1, 0, 9_999));
        for (int pane = 0; pane <= Inbox.MAX_WAITING; pane++) {
            core.accept(World.marker(0, pane, pane));
        }
        assertThat(out.panes()).as("a long empty range fills nothing").containsExactly(0L);
        core.accept(World.marker(0, Inbox.MAX_WAITING + 1, Inbox.MAX_WAITING + 1));
        assertThat(out.panes()).containsExactly(0L, 1L);
        assertThat(out.digests.get(1).getSkippedList()).containsExactly(2);
        assertThat(core.counts().overflowed()).isEqualTo(1);
    }

    @Test
    void shouldRefuseWithoutStoringWhenAPartialIsMalformed() {
        TreeMapState state = new TreeMapState();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, state, new Recording());
        TreeMap<String, byte[]> broken = new TreeMap<>();
        broken.put("w/phishing", new byte[] {1, 2, 3});
        TreeMap<String, byte[]> unknown = new TreeMap<>();
        unknown.put("x/phishing", new WatchBlock(0).encode());
        List<PanePartial> wrong = List.of(
                PanePartial.getDefaultInstance(),
                World.partial(0).build(),
                World.partial(0).setSchemaVersion(2).build(),
                World.marker(9, 1, 1),
                World.marker(0, 3, 2),
                World.marker(0, -1, 2),
                World.chunks(0, 1, broken, 1).get(0),
                World.chunks(0, 1, unknown, 1).get(0));
        wrong.forEach(core::accept);
        assertThat(core.counts().malformed()).isEqualTo(wrong.size());
        assertThat(state.size()).as("only the counter").isEqualTo(1);
    }

    @Test
    void shouldRefuseAPartitionWhenThePlanHasFewer() {
        assertThatThrownBy(() -> new WatchCore(PLANS, plan -> RATES, 1, new TreeMapState(), new Recording()))
                .hasMessageContaining("outside 0..0");
    }

    static Recording run(List<PanePartial> records) {
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        records.forEach(core::accept);
        return out;
    }

    static String headline(AlertTransition transition) {
        TreeMap<String, String> labels = new TreeMap<>();
        for (Label label : transition.getCore().getLabelsList()) {
            labels.put(label.getName(), label.getValue());
        }
        return labels.get("alertname") + " " + labels.getOrDefault("watch", labels.get("source")) + " "
                + word(transition.getCore().getFrom()) + ">"
                + word(transition.getCore().getTo());
    }

    private static String word(AlertState state) {
        return state.name().substring("ALERT_STATE_".length());
    }

    private static ByteString statistics(PanePartial marker) {
        Recording out = new Recording();
        WatchCore core = new WatchCore(PLANS, plan -> RATES, 0, new TreeMapState(), out);
        core.accept(marker);
        core.accept(World.marker(1, 5, 5));
        core.accept(World.marker(2, 5, 5));
        return out.digests.get(0).getStatistics();
    }

    /** Sums element by element, in the opposite order, without merge(). */
    private static byte[] naive(String key, List<byte[]> parts) {
        if (BlockKey.parse(key) instanceof BlockKey.Watch) {
            WatchBlock sum = new WatchBlock(key.equals("w/phishing") ? 1 : 0);
            for (int i = parts.size() - 1; i >= 0; i--) {
                sum.merge(WatchBlock.decode(parts.get(i)));
            }
            return sum.encode();
        }
        FeatureBlock sum = new FeatureBlock();
        for (int i = parts.size() - 1; i >= 0; i--) {
            sum.merge(FeatureBlock.decode(parts.get(i)));
        }
        return sum.encode();
    }
}
