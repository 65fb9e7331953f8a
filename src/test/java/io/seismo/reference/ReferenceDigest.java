package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.BlockDigest;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.RequestScore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What must be in the topics at the end: for each pane and watch partition the digests, for each watch partition the
 * alert cores, for each partition the request scores and breaches.
 *
 * <p>Use from a test on a real broker: hand in the record values of {@code activations} as they lie in each partition,
 * then {@link #difference} with all records of {@code pane-digests} and {@code alert-log}; empty means nothing was lost,
 * repeated or changed.
 */
public final class ReferenceDigest {

    /** A pane in a watch partition. */
    public record Key(long pane, int watchPartition) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byPane = Long.compare(pane, other.pane);
            return byPane != 0 ? byPane : Integer.compare(watchPartition, other.watchPartition);
        }
    }

    /**
     * Digests of a pane, hex.
     *
     * @param alerts empty when no alert moved
     * @param blocks prefixes of the blocks' digests by key
     */
    public record Digests(String statistics, String refusals, String alerts, SortedMap<String, String> blocks) {

        /** Equal; of the blocks only those that are listed, since the list of a large pane is cut. */
        boolean agreesWith(Digests listed) {
            return statistics.equals(listed.statistics)
                    && refusals.equals(listed.refusals)
                    && alerts.equals(listed.alerts)
                    && blocks.entrySet().containsAll(listed.blocks.entrySet());
        }

        static Digests of(PaneDigest digest) {
            SortedMap<String, String> blocks = new TreeMap<>();
            for (BlockDigest block : digest.getBlockDigestsList()) {
                blocks.put(block.getKey(), HexFormat.of().toHexDigits(block.getPrefix()));
            }
            return new Digests(
                    hex(digest.getStatistics().toByteArray()),
                    hex(digest.getRefusals().toByteArray()),
                    hex(digest.getAlerts().toByteArray()),
                    blocks);
        }
    }

    private final ReferenceModel model;
    private final SortedMap<Key, Digests> digests = new TreeMap<>();
    private final SortedMap<Integer, List<AlertCore>> cores = new TreeMap<>();

    private ReferenceDigest(ReferenceModel model) {
        this.model = model;
    }

    /**
     * Computes everything for a deployment of one epoch.
     *
     * @param records values of {@code activations}, per partition in offset order
     * @param plan of the only epoch
     * @param encoders by name in the spec
     */
    public static ReferenceDigest of(List<List<byte[]>> records, MonitorPlan plan, Map<String, Encoder> encoders) {
        return of(records, Plans.only(plan), any -> encoders);
    }

    /**
     * Computes everything.
     *
     * @param records values of {@code activations}, per partition in offset order
     * @param plans of all epochs in the log
     * @param encoders of a plan, by name in its spec
     */
    public static ReferenceDigest of(
            List<List<byte[]>> records, Plans plans, Function<MonitorPlan, Map<String, Encoder>> encoders) {
        ReferenceDigest all = new ReferenceDigest(ReferenceModel.of(records, plans, encoders));
        SortedMap<Long, List<ReferenceAlerts.Move>> moves = ReferenceAlerts.follow(all.model.merged());
        int watchPartitions = plans.newest().shape().watchPartitions();
        for (int w = 0; w < watchPartitions; w++) {
            all.partition(w, watchPartitions, moves);
        }
        return all;
    }

    private void partition(int w, int watchPartitions, SortedMap<Long, List<ReferenceAlerts.Move>> moves) {
        List<AlertCore> ofPartition = new ArrayList<>();
        model.merged().forEach((pane, merged) -> {
            SortedMap<String, byte[]> blocks = ReferenceLayout.blocks(merged.plan(), merged.tally());
            blocks.keySet().removeIf(key -> ReferenceLayout.partition(key, watchPartitions) != w);
            List<AlertCore> moved = moves.get(pane).stream()
                    .filter(move -> move.watchPartition() == w)
                    .map(ReferenceAlerts.Move::core)
                    .toList();
            ofPartition.addAll(moved);
            digests.put(new Key(pane, w), digests(blocks, merged.tally(), moved));
        });
        cores.put(w, List.copyOf(ofPartition));
    }

    private static Digests digests(SortedMap<String, byte[]> blocks, PaneTally tally, List<AlertCore> moved) {
        SortedMap<String, String> prefixes = new TreeMap<>();
        blocks.forEach((key, bytes) -> {
            long prefix = ByteBuffer.wrap(ReferenceLayout.sha256(bytes)).getLong();
            prefixes.put(key, HexFormat.of().toHexDigits(prefix));
        });
        String alerts = moved.isEmpty()
                ? ""
                : hex(ReferenceLayout.listed(
                        moved.stream().map(AlertCore::toByteArray).toList()));
        return new Digests(
                hex(ReferenceLayout.statistics(blocks, tally)), hex(ReferenceLayout.refusals(tally)), alerts, prefixes);
    }

    /** Digests of every pane that all partitions have closed. */
    public SortedMap<Key, Digests> digests() {
        return digests;
    }

    /** Alert cores of a watch partition, in order. */
    public List<AlertCore> alertCores(int watchPartition) {
        return cores.get(watchPartition);
    }

    /** Scores of the closed requests of a partition in the order they closed, without {@code first} and {@code last}. */
    public List<RequestScore> requestScores(int partition) {
        return ReferenceOutputs.scores(
                partition, model.partitions().get(partition).lives());
    }

    /** Breaches of a partition in order, without {@code origin}. */
    public List<Breach> breaches(int partition) {
        return ReferenceOutputs.breaches(
                partition, model.partitions().get(partition).lives());
    }

    ReferenceModel model() {
        return model;
    }

    /** The first difference between what must be and what is, in words; empty when there is none. */
    public Optional<String> difference(Collection<PaneDigest> paneDigests, Collection<AlertTransition> alertLog) {
        SortedMap<Key, Digests> actual = new TreeMap<>();
        for (PaneDigest digest : paneDigests) {
            Key key = new Key(digest.getPane(), digest.getWatchPartition());
            if (actual.put(key, Digests.of(digest)) != null) {
                return Optional.of(key + " was written twice");
            }
        }
        for (Key key : actual.keySet()) {
            if (!digests.containsKey(key)) {
                return Optional.of(key + " was written and should not be");
            }
        }
        for (Map.Entry<Key, Digests> each : digests.entrySet()) {
            Digests is = actual.get(each.getKey());
            if (is == null) {
                return Optional.of(each.getKey() + " is missing");
            }
            if (!each.getValue().agreesWith(is)) {
                return Optional.of(each.getKey() + ": " + named(each.getValue(), is));
            }
        }
        return alertDifference(alertLog);
    }

    private static String named(Digests wanted, Digests is) {
        for (Map.Entry<String, String> block : wanted.blocks().entrySet()) {
            if (!block.getValue().equals(is.blocks().get(block.getKey()))) {
                return "block " + block.getKey() + " differs or is missing";
            }
        }
        for (String key : is.blocks().keySet()) {
            if (!wanted.blocks().containsKey(key)) {
                return "block " + key + " is there and should not be";
            }
        }
        if (!wanted.statistics().equals(is.statistics())) {
            return "blocks agree, totals differ";
        }
        return wanted.refusals().equals(is.refusals()) ? "alert cores differ" : "refusals differ";
    }

    private Optional<String> alertDifference(Collection<AlertTransition> alertLog) {
        SortedMap<Integer, List<AlertCore>> actual = new TreeMap<>();
        cores.keySet().forEach(w -> actual.put(w, new ArrayList<>()));
        alertLog.forEach(moved -> actual.computeIfAbsent(moved.getWatchPartition(), none -> new ArrayList<>())
                .add(moved.getCore()));
        for (Map.Entry<Integer, List<AlertCore>> each : actual.entrySet()) {
            List<AlertCore> wanted = cores.getOrDefault(each.getKey(), List.of());
            for (int i = 0; i < Math.max(wanted.size(), each.getValue().size()); i++) {
                AlertCore should = i < wanted.size() ? wanted.get(i) : null;
                AlertCore is = i < each.getValue().size() ? each.getValue().get(i) : null;
                if (should == null || !should.equals(is)) {
                    return Optional.of("transition " + i + " of watch partition " + each.getKey() + ": " + should
                            + " but is " + is);
                }
            }
        }
        return Optional.empty();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
