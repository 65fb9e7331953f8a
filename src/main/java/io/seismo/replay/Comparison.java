package io.seismo.replay;

import com.google.protobuf.ByteString;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
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
 * Compares what was live with what a replay gives, pane by pane.
 *
 * <p>Compared are statistics digests, refusal digests and alert cores. Provenance (offsets, trace ids, evidence) is not.
 */
final class Comparison {

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

    private final SortedMap<Place, PaneDigest> live;
    private final SortedMap<Place, List<AlertCore>> liveAlerts;
    private final List<Difference> differences = new ArrayList<>();

    Comparison(Recorded recorded) {
        this.live = recorded.digests();
        this.liveAlerts = recorded.alerts();
    }

    /**
     * Compares all places in [fromPane, toPane] up to the last pane that was merged live.
     *
     * @param again digests of the replay
     * @param alertsAgain alert cores of the replay
     */
    Result compare(
            SortedMap<Place, PaneDigest> again,
            SortedMap<Place, List<AlertCore>> alertsAgain,
            long fromPane,
            long toPane) {
        TreeMap<Place, Boolean> places = new TreeMap<>();
        live.keySet().forEach(place -> places.put(place, true));
        again.keySet().stream().filter(this::wasDueLive).forEach(place -> places.put(place, true));
        long panes = 0;
        long transitions = 0;
        for (Place place : places.keySet()) {
            if (place.pane() < fromPane || place.pane() > toPane) {
                continue;
            }
            panes++;
            transitions += liveAlerts.getOrDefault(place, List.of()).size();
            compareDigests(place, live.get(place), again.get(place));
            compareAlerts(place, liveAlerts.getOrDefault(place, List.of()), alertsAgain.getOrDefault(place, List.of()));
        }
        return new Result(panes, transitions, List.copyOf(differences));
    }

    /** A pane behind the last one merged live in its watch partition should have been merged live as well. */
    private boolean wasDueLive(Place place) {
        for (Place merged : live.tailMap(place).keySet()) {
            if (merged.watchPartition() == place.watchPartition()) {
                return true;
            }
        }
        return false;
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

    private void report(Place place, String what, String block, String detail) {
        if (differences.size() < KEPT) {
            differences.add(new Difference(place, what, block, detail));
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
