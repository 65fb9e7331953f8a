package io.seismo.reference;

import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneChunk;
import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What partials say, in words, decoded with the production readers: one line a fact, so that a difference can be read. */
final class DecodedPanes {

    private DecodedPanes() {}

    /** Facts by pane, then by name. Empty panes are absent. */
    static SortedMap<Long, SortedMap<String, String>> of(List<PanePartial> partials) {
        SortedMap<Long, SortedMap<String, String>> panes = new TreeMap<>();
        for (PanePartial partial : partials) {
            if (partial.hasChunk()) {
                chunk(panes, partial.getChunk());
            } else if (partial.hasMarker()) {
                marker(panes, partial.getMarker());
            }
        }
        return panes;
    }

    /** Facts that only one side says, pane by pane; none when both say the same. */
    static List<String> differences(List<PanePartial> wanted, List<PanePartial> actual) {
        List<String> differences = new ArrayList<>();
        SortedMap<Long, SortedMap<String, String>> left = of(wanted);
        SortedMap<Long, SortedMap<String, String>> right = of(actual);
        TreeSet<Long> panes = new TreeSet<>(left.keySet());
        panes.addAll(right.keySet());
        for (long pane : panes) {
            SortedMap<String, String> a = left.getOrDefault(pane, new TreeMap<>());
            SortedMap<String, String> b = right.getOrDefault(pane, new TreeMap<>());
            TreeSet<String> names = new TreeSet<>(a.keySet());
            names.addAll(b.keySet());
            for (String name : names) {
                if (!Objects.equals(a.get(name), b.get(name))) {
                    differences.add(pane + " " + name + ": should be " + a.get(name) + " and is " + b.get(name));
                }
            }
        }
        return differences;
    }

    /** Epoch of each pane that a marker closes, empty panes too. */
    static SortedMap<Long, Long> epochs(List<PanePartial> partials) {
        SortedMap<Long, Long> epochs = new TreeMap<>();
        for (PanePartial partial : partials) {
            PaneMarker marker = partial.getMarker();
            for (long pane = marker.getFirstPane(); partial.hasMarker() && pane <= marker.getLastPane(); pane++) {
                if (epochs.put(pane, partial.getEpoch()) != null) {
                    throw new IllegalStateException("pane " + pane + " is closed twice");
                }
            }
        }
        return epochs;
    }

    private static void chunk(SortedMap<Long, SortedMap<String, String>> panes, PaneChunk chunk) {
        SortedMap<String, String> facts = panes.computeIfAbsent(chunk.getPane(), none -> new TreeMap<>());
        for (KeyedBytes block : chunk.getBlocksList()) {
            byte[] bytes = block.getValue().toByteArray();
            if (block.getKey().startsWith("w/")) {
                facts.put(block.getKey(), watch(WatchBlock.decode(bytes)));
            } else if (block.getKey().startsWith("e/")) {
                facts.put(block.getKey(), fidelity(FidelityBlock.decode(bytes)));
            } else {
                features(facts, block.getKey(), FeatureBlock.decode(bytes));
            }
        }
    }

    private static void marker(SortedMap<Long, SortedMap<String, String>> panes, PaneMarker marker) {
        String totals = marker.getTotals().toString().replace('\n', ' ').strip();
        if (!totals.isEmpty()) {
            panes.computeIfAbsent(marker.getFirstPane(), none -> new TreeMap<>())
                    .put("totals", totals);
        }
    }

    private static String watch(WatchBlock block) {
        StringBuilder told = new StringBuilder("fired " + block.fired() + " closed " + block.closed() + " tokens "
                + block.tokens() + " above " + block.tokensAbove() + " sum " + block.sum() + " max " + block.max());
        for (int bucket = 0; bucket < 64; bucket++) {
            told.append(block.bucket(bucket) == 0 ? "" : " bucket " + bucket + ": " + block.bucket(bucket));
        }
        for (int cap = 0; cap < block.caps(); cap++) {
            told.append(" cap ").append(block.breaches(cap));
        }
        return told.toString();
    }

    private static String fidelity(FidelityBlock block) {
        return "rows " + block.rows() + " fired " + block.fired() + " rebuilt " + block.rebuilt() + " error "
                + block.error() + " deviation " + block.deviation();
    }

    private static void features(SortedMap<String, String> facts, String key, FeatureBlock block) {
        for (int feature = 0; feature < FeatureBlock.SIZE; feature++) {
            if (block.tokens(feature) > 0 || block.requests(feature) > 0) {
                facts.put(
                        String.format("%s+%03d", key, feature),
                        "tokens " + block.tokens(feature) + " requests " + block.requests(feature) + " sum "
                                + block.sum(feature) + " max " + block.max(feature));
            }
        }
    }
}
