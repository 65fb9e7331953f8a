package io.seismo.activation;

import io.seismo.score.Journal;
import io.seismo.spec.Timing;
import io.seismo.window.BlockKey;
import io.seismo.window.PartitionTime;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Reason;
import io.seismo.wire.Tick;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds frames and heartbeats against the partition's time and their source's sequence.
 *
 * <p>Checks in this order: NEGATIVE_TIME, AHEAD, LATE, STALE_SOURCE, DUPLICATE, OUT_OF_ORDER. Looking changes nothing:
 * {@link #refuse(Frame)} asks, and {@link #accept(Frame)} books a frame once everything else has been checked too.
 * Journal keys: {@code t} for time and epoch, {@code s/<source>} for a source.
 */
public final class IntakeGate {

    /** Sources remembered at once; above, the least recently accepted is forgotten, ties by name. */
    public static final int MAX_SOURCES = 4_096;

    /** A source without an accepted frame for this long is forgotten. */
    public static final long FORGET_MS = 3_600_000;

    private static final String TIME_KEY = "t";
    private static final String SOURCE_PREFIX = "s/";

    private final Timing timing;
    private final Journal journal;
    private final PartitionTime time;
    private final TreeMap<String, SourceSequence> sources = new TreeMap<>(BlockKey.ORDER);

    /** A gate that has seen nothing. */
    public IntakeGate(Timing timing, Journal journal) {
        this.timing = timing;
        this.time = new PartitionTime(timing);
        this.journal = journal;
    }

    /** Takes over one journalled entry; all of them, in any order, before the first record. */
    public void restore(String key, byte[] value) {
        if (key.equals(TIME_KEY)) {
            time.restore(value);
        } else if (key.startsWith(SOURCE_PREFIX)) {
            sources.put(key.substring(SOURCE_PREFIX.length()), SourceSequence.fromBytes(value));
        } else {
            throw new IllegalArgumentException("not a key of the gate: " + key);
        }
    }

    /**
     * Why a tick may not pass, or {@code null}: it must not be ahead of the time its record was given in Kafka by more
     * than a frame may be. A clock that runs ahead would otherwise move time for good.
     *
     * @param stampMs timestamp of the record; negative when it has none
     */
    public @Nullable Reason refuse(Tick tick, long stampMs) {
        if (tick.getTimeMs() < 0) {
            return Reason.REASON_NEGATIVE_TIME;
        }
        return stampMs >= 0 && tick.getTimeMs() - stampMs > timing.leadMs() ? Reason.REASON_AHEAD : null;
    }

    /** Moves time; a tick that is not later than the largest changes nothing. */
    public void tick(Tick tick) {
        if (!time.advance(tick)) {
            return;
        }
        journal.put(TIME_KEY, time.toBytes());
        Iterator<Map.Entry<String, SourceSequence>> entries = sources.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, SourceSequence> entry = entries.next();
            if (time.time() - entry.getValue().seenMs() >= FORGET_MS) {
                entries.remove();
                journal.remove(SOURCE_PREFIX + entry.getKey());
            }
        }
    }

    /** Why a frame may not pass, or {@code null}. */
    public @Nullable Reason refuse(Frame frame) {
        Reason untimely = untimely(frame.getTimestampMs());
        if (untimely != null) {
            return untimely;
        }
        SourceSequence source = sources.get(frame.getSourceId());
        if (source == null || frame.getSourceEpoch() > source.epoch()) {
            return null;
        }
        if (frame.getSourceEpoch() < source.epoch()) {
            return Reason.REASON_STALE_SOURCE;
        }
        return switch (source.standing(frame.getSourceSeq())) {
            case NEXT -> null;
            case DUPLICATE -> Reason.REASON_DUPLICATE;
            case OUT_OF_ORDER -> Reason.REASON_OUT_OF_ORDER;
        };
    }

    /** Why a heartbeat may not pass, or {@code null}. */
    public @Nullable Reason refuse(Heartbeat heartbeat) {
        Reason untimely = untimely(heartbeat.getTimestampMs());
        if (untimely != null) {
            return untimely;
        }
        SourceSequence source = sources.get(heartbeat.getSourceId());
        return source != null && heartbeat.getSourceEpoch() < source.epoch() ? Reason.REASON_STALE_SOURCE : null;
    }

    /**
     * Frames missing between the source's last accepted frame and this one, which {@link #refuse(Frame)} let pass. A
     * source that starts a new epoch is expected to count from 1; of a source never seen, or forgotten, nothing is known
     * to be missing.
     */
    public long missing(Frame frame) {
        SourceSequence source = sources.get(frame.getSourceId());
        if (source == null) {
            return 0;
        }
        long last = frame.getSourceEpoch() > source.epoch() ? 0 : source.last();
        return frame.getSourceSeq() - last - 1;
    }

    /** Books a frame that {@link #refuse(Frame)} let pass. */
    public void accept(Frame frame) {
        String key = frame.getSourceId();
        SourceSequence before = sources.get(key);
        if (before == null) {
            makeRoom();
        }
        SourceSequence after = before == null || frame.getSourceEpoch() > before.epoch()
                ? new SourceSequence(frame.getSourceEpoch(), frame.getSourceSeq(), 0, time.time())
                : before.accepted(frame.getSourceSeq(), time.time());
        sources.put(key, after);
        journal.put(SOURCE_PREFIX + key, after.toBytes());
    }

    /** Number of the epoch that governs an event time. */
    public long epochOf(long timestampMs) {
        return time.epochOf(timing.pane(timestampMs));
    }

    /** Number of the oldest epoch that a frame which {@link #refuse(Frame)} lets pass can be of; 0 before the first tick. */
    public long oldestEpoch() {
        return time.started() ? epochOf(time.time() - timing.graceMs() + 1) : 0;
    }

    /** The partition's time and epoch, read only. */
    public PartitionTime time() {
        return time;
    }

    /** The pane refusals are booked to: that of the partition's time; 0 before the first tick. */
    public long refusalPane() {
        return time.started() ? timing.pane(time.time()) : 0;
    }

    private @Nullable Reason untimely(long timestampMs) {
        if (timestampMs < 0) {
            return Reason.REASON_NEGATIVE_TIME;
        }
        if (!time.started() || timestampMs > time.time() + timing.leadMs()) {
            return Reason.REASON_AHEAD;
        }
        return timestampMs <= time.time() - timing.graceMs() ? Reason.REASON_LATE : null;
    }

    private void makeRoom() {
        if (sources.size() < MAX_SOURCES) {
            return;
        }
        String oldest = sources.firstKey();
        long seen = Long.MAX_VALUE;
        for (Map.Entry<String, SourceSequence> entry : sources.entrySet()) {
            if (entry.getValue().seenMs() < seen) {
                seen = entry.getValue().seenMs();
                oldest = entry.getKey();
            }
        }
        sources.remove(oldest);
        journal.remove(SOURCE_PREFIX + oldest);
    }
}
