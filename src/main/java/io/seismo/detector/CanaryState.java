package io.seismo.detector;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of each canary between panes.
 *
 * @param canaries by name in the spec
 * @param unknown segments so far that named a canary the spec does not have
 */
public record CanaryState(SortedMap<String, Of> canaries, long unknown) {

    /** Nothing was seen yet. */
    public static final CanaryState NEW = new CanaryState(new TreeMap<>(), 0);

    private static final int VERSION = 1;
    private static final int MAX_CANARIES = 64;

    public CanaryState {
        canaries = Collections.unmodifiableSortedMap(new TreeMap<>(canaries));
    }

    /**
     * One canary.
     *
     * @param goodMs end of the last pane in which it came whole and as recorded; before the first, where looking began
     * @param matched whether it ever did
     * @param wrongSinceMs end of the pane since which it is wrong; 0 while it is not
     * @param wrong segments that were wrong since
     * @param detail what is wrong, in words
     */
    public record Of(long goodMs, boolean matched, long wrongSinceMs, long wrong, String detail) {}

    /** Format version 1: canaries in name order, then the count of unknown ones. */
    public byte[] toBytes() {
        StateWriter out = new StateWriter().u8(VERSION).varint(canaries.size());
        canaries.forEach((name, of) -> out.text(name)
                .varint(of.goodMs())
                .u8(of.matched() ? 1 : 0)
                .varint(of.wrongSinceMs())
                .varint(of.wrong())
                .text(of.detail()));
        return out.varint(unknown).toByteArray();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException for another version, or bytes that are cut short
     */
    public static CanaryState fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "state of canaries").version(VERSION);
        TreeMap<String, Of> canaries = new TreeMap<>();
        for (int left = in.count(MAX_CANARIES); left > 0; left--) {
            String name = in.text();
            canaries.put(name, new Of(in.varint(), in.count(1) == 1, in.varint(), in.varint(), in.text()));
        }
        CanaryState state = new CanaryState(canaries, in.varint());
        in.end();
        return state;
    }
}
