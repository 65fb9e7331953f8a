package io.seismo.reference;

import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.PaneTotals;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The documented byte layouts, version 1, written a second time. */
final class ReferenceLayout {

    private static final int BLOCK = 256;
    private static final int DENSE = 2 + BLOCK * 20;

    private ReferenceLayout() {}

    /** All blocks of a pane, by key. */
    static SortedMap<String, byte[]> blocks(MonitorPlan plan, PaneTally tally) {
        SortedMap<String, byte[]> blocks = new TreeMap<>();
        for (WatchPlan watch : plan.watches()) {
            PaneTally.Watch of = tally.watches.get(watch.id());
            if (of != null) {
                blocks.put("w/" + watch.id(), watchBlock(of, ReferenceScores.caps(plan, watch)));
            }
        }
        tally.features.forEach((encoder, features) -> {
            SortedMap<Integer, SortedMap<Integer, PaneTally.Feature>> cut = new TreeMap<>();
            features.forEach((feature, of) -> cut.computeIfAbsent(feature / BLOCK, none -> new TreeMap<>())
                    .put(feature % BLOCK, of));
            cut.forEach((block, of) -> blocks.put(String.format("f/%s/%06d", encoder, block), featureBlock(of)));
        });
        tally.fidelity.forEach((encoder, of) -> blocks.put("e/" + encoder, fidelityBlock(of)));
        return blocks;
    }

    /** The watch partition that owns a key. */
    static int partition(String key, int watchPartitions) {
        return Math.floorMod(Numbers.fnv32(key), watchPartitions);
    }

    private static byte[] watchBlock(PaneTally.Watch watch, List<DetectorPlan.Cap> caps) {
        ByteBuffer out = little(46 + 64 * 4 + caps.size() * 4);
        out.put((byte) 1).put((byte) caps.size());
        out.putLong(watch.fired).putLong(watch.closed).putLong(watch.tokens).putLong(watch.tokensAbove);
        out.putLong(watch.sum).putFloat(watch.max);
        for (int bucket = 0; bucket < 64; bucket++) {
            out.putInt(Math.toIntExact(watch.histogram.getOrDefault(bucket, 0L)));
        }
        for (DetectorPlan.Cap cap : caps) {
            out.putInt(Math.toIntExact(watch.breaches.getOrDefault(cap.id(), 0L)));
        }
        return out.array();
    }

    private static byte[] fidelityBlock(PaneTally.Fidelity of) {
        ByteBuffer out = little(41).put((byte) 1);
        out.putLong(of.rows)
                .putLong(of.fired)
                .putLong(of.rebuilt)
                .putLong(of.error)
                .putLong(of.deviation);
        return out.array();
    }

    private static byte[] featureBlock(SortedMap<Integer, PaneTally.Feature> features) {
        int sparse = 4 + 21 * features.size();
        if (sparse < DENSE) {
            ByteBuffer out = little(sparse);
            out.put((byte) 1).put((byte) 1).putShort((short) features.size());
            features.forEach((index, feature) -> feature(out.put(index.byteValue()), feature));
            return out.array();
        }
        ByteBuffer out = little(DENSE);
        out.put((byte) 1).put((byte) 0);
        for (int index = 0; index < BLOCK; index++) {
            feature(out, features.getOrDefault(index, new PaneTally.Feature()));
        }
        return out.array();
    }

    private static void feature(ByteBuffer out, PaneTally.Feature feature) {
        out.putInt(Math.toIntExact(feature.tokens)).putInt(Math.toIntExact(feature.requests));
        out.putLong(feature.sum).putFloat(feature.max);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Blocks in key order, each text and value behind its length; then the totals but frames and refusals; then canaries. */
    static byte[] statistics(SortedMap<String, byte[]> blocks, PaneTally tally) {
        PaneTotals.Builder totals = tally.totals;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Map.Entry<String, byte[]> block : blocks.entrySet()) {
            lengthAndBytes(out, block.getKey().getBytes(StandardCharsets.UTF_8));
            lengthAndBytes(out, block.getValue());
        }
        longs(
                out,
                totals.getRequestsSeen(),
                totals.getRowsSeen(),
                totals.getRowsScored(),
                totals.getRowsSpecial(),
                totals.getRowsPadding(),
                totals.getRowsFirst(),
                totals.getRowsSink(),
                totals.getRowsAccounted(),
                totals.getRowsServed(),
                totals.getFramesMissing(),
                totals.getOrphans(),
                totals.getEvictions(),
                totals.getSaturations(),
                totals.getSources(),
                totals.getRequestsSampled());
        if (!tally.canaries().isEmpty()) {
            longs(out, totals.getRowsCanary());
            for (CanaryCount canary : tally.canaries()) {
                lengthAndBytes(out, canary.getCanary().getBytes(StandardCharsets.UTF_8));
                longs(out, canary.getFindingValue(), canary.getSegments(), canary.getComplete());
                lengthAndBytes(out, canary.getDetail().getBytes(StandardCharsets.UTF_8));
            }
        }
        return sha256(out.toByteArray());
    }

    /** Reasons ascending: number, records, rows. */
    static byte[] refusals(PaneTally tally) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        tally.refusals.forEach((reason, of) -> longs(out, reason.getNumber(), of.records(), of.rows()));
        return sha256(out.toByteArray());
    }

    /** Messages one behind the other, each behind its length. */
    static byte[] listed(List<byte[]> messages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        messages.forEach(message -> lengthAndBytes(out, message));
        return sha256(out.toByteArray());
    }

    private static void lengthAndBytes(ByteArrayOutputStream out, byte[] bytes) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }

    private static void longs(ByteArrayOutputStream out, long... values) {
        for (long value : values) {
            out.writeBytes(ByteBuffer.allocate(8).putLong(value).array());
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
