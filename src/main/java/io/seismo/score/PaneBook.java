package io.seismo.score;

import io.seismo.spec.Timing;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The open panes of one partition and the next one to close.
 *
 * <p>Before the first tick there are no panes; what is counted then waits and goes to the first one. The first pane to
 * close is that of the first tick, or an earlier one that was still open and got rows before anything was closed.
 */
final class PaneBook {

    static final String NEXT_KEY = "n";

    private static final String WAITING = "waiting";
    private static final long NONE = Long.MIN_VALUE;
    private static final int VERSION = 1;

    private final Timing timing;
    private final Journal panesJournal;
    private final Journal timeJournal;
    private final TreeMap<Long, OpenPane> panes = new TreeMap<>();
    private @Nullable OpenPane waiting;
    private long next = NONE;

    PaneBook(Timing timing, ScoreJournals journals) {
        this.timing = timing;
        this.panesJournal = journals.panes();
        this.timeJournal = journals.sources();
    }

    /** Where counts go before the first tick. */
    OpenPane waiting() {
        if (waiting == null) {
            waiting = new OpenPane(WAITING);
        }
        return waiting;
    }

    /** Starts at the first tick. */
    void start(long timeMs) {
        setNext(timing.pane(timeMs));
        if (waiting != null) {
            open(next).adopt(waiting.totals());
            waiting.forget(panesJournal);
            waiting = null;
        }
    }

    /** Number of the pane that holds an event time; the gate let it pass, so it is open. */
    long number(long eventMs, long timeMs) {
        long pane = timing.pane(eventMs);
        if (pane < next) {
            if (timing.closed(pane, timeMs)) {
                // Not written by this gate, or under another grace: the oldest open pane loses nothing.
                return next;
            }
            setNext(pane);
        }
        return pane;
    }

    /** The pane of that number, opened if need be. */
    OpenPane open(long pane) {
        return panes.computeIfAbsent(pane, number -> new OpenPane(name(number)));
    }

    /** The oldest pane that a time leaves open. */
    long firstOpen(long timeMs) {
        return timing.pane(timeMs - timing.graceMs());
    }

    /**
     * Closes all panes that a time has passed.
     *
     * @param lastOfEpoch the last pane of the epoch of a pane: a range never reaches beyond
     * @return in ascending order; consecutive empty panes follow the one before them in its range
     */
    List<Closing> close(long timeMs, LongUnaryOperator lastOfEpoch) {
        List<Closing> closings = new ArrayList<>();
        long last = firstOpen(timeMs) - 1;
        while (next <= last) {
            OpenPane content = panes.remove(next);
            Long nextOpen = panes.isEmpty() ? null : panes.firstKey();
            long alike = Math.min(last, lastOfEpoch.applyAsLong(next));
            long to = nextOpen == null ? alike : Math.min(alike, nextOpen - 1);
            closings.add(new Closing(next, to, content == null ? new OpenPane(name(next)) : content));
            if (content != null) {
                content.forget(panesJournal);
            }
            setNext(to + 1);
        }
        return closings;
    }

    /**
     * A range of panes that closed.
     *
     * @param first pane with the content
     * @param last of the empty panes that follow, or {@code first}
     * @param content what was learnt
     */
    record Closing(long first, long last, OpenPane content) {}

    /** Puts what changed. */
    void flush() {
        panes.values().forEach(pane -> pane.flush(panesJournal));
        if (waiting != null) {
            waiting.flush(panesJournal);
        }
    }

    void snapshot(SortedMap<String, byte[]> out) {
        panes.values().forEach(pane -> pane.snapshot(out));
        if (waiting != null) {
            waiting.snapshot(out);
        }
        if (next != NONE) {
            out.put(NEXT_KEY, nextBytes());
        }
    }

    /** Takes over one stored entry under {@link OpenPane#KEY_PREFIX}. */
    void restore(String key, byte[] value) {
        int start = OpenPane.KEY_PREFIX.length();
        int slash = key.indexOf('/', start);
        if (slash < 0) {
            throw new IllegalArgumentException("not a key of an open pane: " + key);
        }
        String name = key.substring(start, slash);
        OpenPane pane = name.equals(WAITING) ? waiting() : open(Long.parseLong(name));
        pane.restore(key.substring(slash + 1), value);
    }

    void restoreNext(byte[] value) {
        StateReader in = new StateReader(value, "next pane").version(VERSION);
        next = in.i64();
        in.end();
    }

    private void setNext(long pane) {
        next = pane;
        timeJournal.put(NEXT_KEY, nextBytes());
    }

    private byte[] nextBytes() {
        return new StateWriter().u8(VERSION).i64(next).toByteArray();
    }

    private static String name(long pane) {
        String digits = Long.toString(pane);
        return "0".repeat(Math.max(0, 19 - digits.length())) + digits;
    }
}
