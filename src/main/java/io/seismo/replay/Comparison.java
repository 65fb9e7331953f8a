package io.seismo.replay;

import com.google.protobuf.ByteString;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.BlockDigest;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.VerdictCore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was live with what a replay gives, pane by pane, as the replay gives it: nothing of a pane is kept when it
 * has been compared, so a range may be as long as the log.
 *
 * <p>Compared are statistics digests, refusal digests and alert cores. Provenance (offsets, trace ids, evidence) is not. A
 * pane that the replay merges and that live had not come to yet is not compared.
 */
final class Comparison implements ReplayOutput {

    /**
     * One difference.
     *
     * @param place pane and watch partition
     * @param what {@code statistics}, {@code refusals}, {@code alerts}, {@code missing} or {@code extra}
     * @param block key of the first block that differs; empty when it is not about a block
     * @param detail in words
     */
    record Difference(Place place, String what, String block, String detail) {

        /** The same with more known about it. */
        Difference explained(String explanation) {
            return new Difference(place, what, "", explanation);
        }
    }

    /**
     * The outcome.
     *
     * @param panes panes compared, over all watch partitions
     * @param transitions alert transitions compared
     * @param differences the first of them, in order of place
     */
    record Result(long panes, long transitions, List<Difference> differences) {
        boolean equal() {
            return differences.isEmpty();
        }

        /** The same with the first difference in statistics explained, if there is one. */
        Result explained(Function<Place, @Nullable String> explanation) {
            for (int i = 0; i < differences.size(); i++) {
                Difference difference = differences.get(i);
                if (difference.what().equals(STATISTICS)) {
                    String found = explanation.apply(difference.place());
                    List<Difference> all = new ArrayList<>(differences);
                    if (found != null) {
                        all.set(i, difference.explained(found));
                    }
                    return new Result(panes, transitions, List.copyOf(all));
                }
            }
            return this;
        }
    }

    private static final int KEPT = 20;
    private static final String STATISTICS = "statistics";

    private final Recorded.Range range;
    private final List<DigestLane> live;
    private final SortedMap<Place, List<AlertCore>> liveAlerts;
    /** What the replay says of the pane that a watch partition is at; its digest comes last. */
    private final List<List<AlertCore>> said = new ArrayList<>();

    private final TreeMap<Place, List<Difference>> differences = new TreeMap<>();
    private long panes;
    private long transitions;

    /**
     * A comparison that has seen nothing.
     *
     * @param range panes that are compared
     * @param live what was live, by watch partition; closed by who opened them
     * @param liveAlerts alert cores of the range
     */
    Comparison(Recorded.Range range, List<DigestLane> live, SortedMap<Place, List<AlertCore>> liveAlerts) {
        this.range = range;
        this.live = live;
        this.liveAlerts = liveAlerts;
        live.forEach(lane -> said.add(new ArrayList<>()));
    }

    @Override
    public void transition(AlertTransition transition) {
        said.get(transition.getWatchPartition()).add(transition.getCore());
    }

    @Override
    public void digest(PaneDigest now) {
        Place place = new Place(now.getPane(), now.getWatchPartition());
        List<AlertCore> alerts = List.copyOf(said.get(place.watchPartition()));
        said.get(place.watchPartition()).clear();
        if (!range.holds(place.pane())) {
            return;
        }
        DigestLane lane = live.get(place.watchPartition());
        passOver(lane, place.pane() - 1);
        PaneDigest before = lane.peek();
        if (before == null) {
            // Live has not come this far.
            return;
        }
        boolean merged = before.getPane() == place.pane();
        compare(place, merged ? lane.next() : null, now, alerts);
        requireOnce(place, lane);
    }

    /** What the replay never came to differs too; then the outcome. */
    Result result() {
        live.forEach(lane -> passOver(lane, range.last()));
        List<Difference> all = new ArrayList<>();
        differences.values().forEach(all::addAll);
        return new Result(panes, transitions, List.copyOf(all.subList(0, Math.min(KEPT, all.size()))));
    }

    /** Digests of the log up to a pane, which the replay did not merge. */
    private void passOver(DigestLane lane, long pane) {
        for (PaneDigest missed = lane.peek(); missed != null && missed.getPane() <= pane; missed = lane.peek()) {
            lane.next();
            compare(new Place(missed.getPane(), missed.getWatchPartition()), missed, null, List.of());
        }
    }

    private void requireOnce(Place place, DigestLane lane) {
        for (PaneDigest next = lane.peek(); next != null && next.getPane() == place.pane(); next = lane.peek()) {
            lane.next();
            report(place, "extra", "", "the log has this pane's digest twice");
        }
    }

    private void compare(Place place, @Nullable PaneDigest before, @Nullable PaneDigest now, List<AlertCore> alerts) {
        List<AlertCore> alertsBefore = liveAlerts.getOrDefault(place, List.of());
        panes++;
        transitions += alertsBefore.size();
        compareDigests(place, before, now);
        compareAlerts(place, alertsBefore, alerts);
    }

    private void compareDigests(Place place, @Nullable PaneDigest before, @Nullable PaneDigest now) {
        if (before == null) {
            report(place, "extra", "", "the replay merges a pane that has no digest in the log");
        } else if (now == null) {
            report(place, "missing", "", "the log has a digest of a pane that the replay does not merge");
        } else {
            if (!before.getStatistics().equals(now.getStatistics())) {
                report(
                        place,
                        STATISTICS,
                        firstBlock(before, now),
                        "live " + hex(before.getStatistics()) + ", replay " + hex(now.getStatistics()));
            }
            if (!before.getRefusals().equals(now.getRefusals())) {
                report(place, "refusals", "", "refusal counts differ");
            }
        }
    }

    private void compareAlerts(Place place, List<AlertCore> before, List<AlertCore> now) {
        int shared = Math.min(before.size(), now.size());
        for (int i = 0; i < shared; i++) {
            if (!before.get(i).equals(now.get(i))) {
                report(
                        place,
                        "alerts",
                        "",
                        describe(before.get(i), now.get(i)) + " live, " + describe(now.get(i), before.get(i))
                                + " in the replay");
                return;
            }
        }
        if (before.size() > shared) {
            report(
                    place,
                    "alerts",
                    "",
                    describe(before.get(shared), AlertCore.getDefaultInstance()) + " live, nothing in the replay");
        } else if (now.size() > shared) {
            report(
                    place,
                    "alerts",
                    "",
                    "nothing live, " + describe(now.get(shared), AlertCore.getDefaultInstance()) + " in the replay");
        }
    }

    /** A transition with the first verdict that another one does not have. */
    private static String describe(AlertCore core, AlertCore other) {
        String verdict = "";
        for (VerdictCore said : core.getVerdictsList()) {
            if (!other.getVerdictsList().contains(said)) {
                verdict = " by " + said.getDetector() + " at " + said.getStatistic() + " of " + said.getThreshold();
                break;
            }
        }
        return core.getFingerprint() + " " + word(core.getFrom()) + " to " + word(core.getTo()) + verdict;
    }

    private static String word(AlertState state) {
        return state.name().substring("ALERT_STATE_".length()).toLowerCase(Locale.ROOT);
    }

    private static String firstBlock(PaneDigest before, PaneDigest now) {
        SortedMap<String, Long> left = prefixes(before);
        SortedMap<String, Long> right = prefixes(now);
        TreeSet<String> keys = new TreeSet<>(left.keySet());
        keys.addAll(right.keySet());
        for (String key : keys) {
            Long a = left.get(key);
            Long b = right.get(key);
            if (a == null || !a.equals(b)) {
                return key;
            }
        }
        return "totals";
    }

    private static SortedMap<String, Long> prefixes(PaneDigest digest) {
        SortedMap<String, Long> prefixes = new TreeMap<>();
        for (BlockDigest block : digest.getBlockDigestsList()) {
            prefixes.put(block.getKey(), block.getPrefix());
        }
        return prefixes;
    }

    /** Keeps the first places: watch partitions are not compared side by side. */
    private void report(Place place, String what, String block, String detail) {
        differences.computeIfAbsent(place, none -> new ArrayList<>()).add(new Difference(place, what, block, detail));
        if (differences.size() > KEPT) {
            differences.pollLastEntry();
        }
    }

    private static String hex(ByteString bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(6, bytes.size()); i++) {
            text.append("%02x".formatted(bytes.byteAt(i)));
        }
        return text + "…";
    }
}
