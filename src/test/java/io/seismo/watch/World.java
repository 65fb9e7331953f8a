package io.seismo.watch;

import com.google.protobuf.ByteString;
import io.seismo.alert.Plans;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.window.BlockKey;
import io.seismo.window.FeatureBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.ForceClose;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Reason;
import io.seismo.wire.RefusalCount;
import io.seismo.wire.Severity;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** A seeded stretch of traffic as SCORE would report it: a quiet stretch, a spike, a cap breach, a loss of coverage. */
final class World {

    static final int PARTITIONS = 3;
    /** Fifteen panes before a full hour. */
    static final long FIRST_PANE = 360 * 50 - 15;

    static final int PANES = 96;

    static final MonitorPlan PLAN = Plans.plan()
            .shape(PARTITIONS, 1)
            .baseline(0, 100, 60_000)
            .watch("phishing", Severity.SEVERITY_PAGE, 0.01)
            .watch("topic", Severity.SEVERITY_INFO, 0.1)
            .detector(new DetectorPlan.CoverageFloor("blind", 6, 0.98, 0.1))
            .detector(new DetectorPlan.Cap("never", List.of("phishing"), 14f, "a.researcher 2026-11-20"))
            .detector(new DetectorPlan.Rate("rate", List.of("phishing", "topic"), 6, List.of(2.0, 5.0), 0.8))
            .alert("CapBreached", List.of("never"), 0, 20_000, null)
            .alert("FeatureSpike", List.of("rate"), 0, 60_000, null)
            .alert("MonitorBlind", List.of("blind"), 60_000, 0, null)
            .build();

    private World() {}

    /** The partials of each partition, in order. */
    static List<List<PanePartial>> partials(long seed) {
        List<List<PanePartial>> world = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<PanePartial> records = new ArrayList<>();
            Random random = new Random(seed * 31 + partition);
            // Partition 2 begins two panes later; every partition skips a pane as an empty range now and then.
            long pane = FIRST_PANE + (partition == 2 ? 2 : 0);
            while (pane < FIRST_PANE + PANES) {
                long last = Math.min(FIRST_PANE + PANES - 1, pane + (random.nextInt(9) == 0 ? 2 : 0));
                records.addAll(pane(partition, pane, last, random));
                pane = last + 1;
            }
            world.add(records);
        }
        return world;
    }

    private static List<PanePartial> pane(int partition, long pane, long last, Random random) {
        long age = pane - FIRST_PANE;
        boolean spike = age >= 24 && age < 36;
        boolean lost = age >= 36 && age < 48;
        int seen = 20 + random.nextInt(5);
        TreeMap<String, byte[]> blocks = new TreeMap<>(BlockKey.ORDER);
        WatchBlock phishing = new WatchBlock(1);
        int fired = spike ? 5 : random.nextInt(100) < 20 ? 1 : 0;
        for (int i = 0; i < fired; i++) {
            phishing.addFired();
        }
        if (age == 50 && partition == 1) {
            phishing.addBreach(0);
        }
        blocks.put("w/phishing", phishing.encode());
        WatchBlock topic = new WatchBlock(0);
        topic.addFired();
        topic.addClosed(random.nextFloat() * 4);
        blocks.put("w/topic", topic.encode());
        for (int b = 0; b < 3; b++) {
            blocks.put(new BlockKey.Features("topics", b).text(), features(random, spike && b == 1));
        }
        List<PanePartial> records = new ArrayList<>(chunks(partition, pane, blocks, 3));
        PaneMarker.Builder marker = PaneMarker.newBuilder()
                .setFirstPane(pane)
                .setLastPane(last)
                .setChunks(records.size())
                .setClosedAtOffset(random.nextInt(1000))
                .setTotals(PaneTotals.newBuilder()
                        .setRequestsSeen(seen)
                        .setRequestsSampled(seen)
                        .setRowsSeen(seen * 10)
                        .setRowsAccounted(lost ? seen * 7 : seen * 10)
                        .setRowsServed(seen * 10)
                        .setFrames(random.nextInt(50))
                        .setSources(1)
                        .addRefusals(RefusalCount.newBuilder()
                                .setReason(Reason.REASON_LATE)
                                .setRecords(random.nextInt(3))
                                .setRows(4)));
        for (int i = 0; i < fired; i++) {
            // Scores and ids collide across partitions, so that only a full order is stable.
            marker.addTop(TopRequest.newBuilder()
                    .setWatch("phishing")
                    .setRequestId("q" + random.nextInt(4))
                    .setScore(3 + random.nextInt(2))
                    .setAccountKey("a" + partition)
                    .addPeaks(TokenPeak.newBuilder().setPosition(i).setValue(3)));
        }
        marker.getTopBuilderList().forEach(top -> top.getOriginBuilder().setPartition(partition));
        records.add(partial(partition).setMarker(marker).build());
        return records;
    }

    static List<PanePartial> chunks(int partition, long pane, TreeMap<String, byte[]> blocks, int perChunk) {
        List<PanePartial> records = new ArrayList<>();
        PaneChunk.Builder chunk = PaneChunk.newBuilder().setPane(pane);
        for (String key : blocks.keySet()) {
            chunk.addBlocks(KeyedBytes.newBuilder().setKey(key).setValue(ByteString.copyFrom(blocks.get(key))));
            if (chunk.getBlocksCount() == perChunk) {
                records.add(partial(partition).setChunk(chunk).build());
                chunk = PaneChunk.newBuilder().setPane(pane);
            }
        }
        if (chunk.getBlocksCount() > 0) {
            records.add(partial(partition).setChunk(chunk).build());
        }
        return records;
    }

    private static byte[] features(Random random, boolean hot) {
        FeatureBlock block = new FeatureBlock();
        int firings = 5 + random.nextInt(20);
        for (int i = 0; i < firings; i++) {
            block.addToken(random.nextInt(FeatureBlock.SIZE), 0.1f + random.nextFloat());
        }
        for (int i = 0; i < (hot ? 6 : 0); i++) {
            block.addToken(7, 2);
            block.addRequest(7);
        }
        block.addRequest(random.nextInt(FeatureBlock.SIZE));
        return block.encode();
    }

    static PanePartial.Builder partial(int partition) {
        return PanePartial.newBuilder().setSchemaVersion(1).setEpoch(1).setPartition(partition);
    }

    /** A marker without chunks. */
    static PanePartial marker(int partition, long first, long last) {
        return partial(partition)
                .setMarker(PaneMarker.newBuilder()
                        .setFirstPane(first)
                        .setLastPane(last)
                        .setTotals(PaneTotals.newBuilder().setRequestsSeen(1)))
                .build();
    }

    static PanePartial forceClose(long lastPane) {
        return partial(0)
                .setForceClose(ForceClose.newBuilder()
                        .setLastPane(lastPane)
                        .setBy("on-call")
                        .setReason("stalled"))
                .build();
    }

    /** Pane by pane, partition by partition: the plainest order. */
    static List<PanePartial> inOrder(List<List<PanePartial>> world) {
        List<PanePartial> all = new ArrayList<>();
        world.forEach(all::addAll);
        all.sort(Comparator.comparingLong(World::pane));
        return all;
    }

    /** Any order that keeps the order within each partition. */
    static List<PanePartial> shuffled(List<List<PanePartial>> world, Random random) {
        int[] at = new int[world.size()];
        List<Integer> turns = new ArrayList<>();
        for (int partition = 0; partition < world.size(); partition++) {
            for (int i = 0; i < world.get(partition).size(); i++) {
                turns.add(partition);
            }
        }
        Collections.shuffle(turns, random);
        List<PanePartial> all = new ArrayList<>();
        for (int partition : turns) {
            all.add(world.get(partition).get(at[partition]++));
        }
        return all;
    }

    static long pane(PanePartial partial) {
        return partial.hasChunk()
                ? partial.getChunk().getPane()
                : partial.getMarker().getFirstPane();
    }
}
