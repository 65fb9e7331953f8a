package io.seismo.reference;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Reason;
import io.seismo.wire.Tick;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which records of one partition count, in the order of the checks: the first that fails names the refusal. */
final class ReferenceGate {

    static final int MAX_BYTES = 1_048_576;
    static final int MAX_SOURCES = 4_096;
    static final long FORGET_MS = 3_600_000;

    /** What is known of a source: all it ever sent in this epoch. */
    private static final class Source {
        long epoch;
        final TreeSet<Long> accepted = new TreeSet<>();
        long seenMs;

        long last() {
            return accepted.isEmpty() ? 0 : accepted.last();
        }
    }

    private final Plans plans;
    private final Timing timing;
    private final ReferenceCalendar calendar;
    private final Map<String, Source> sources = new TreeMap<>();

    ReferenceGate(MonitorPlan plan) {
        this(Plans.only(plan));
    }

    ReferenceGate(Plans plans) {
        this.plans = plans;
        this.timing = plans.newest().timing();
        this.calendar = new ReferenceCalendar(timing);
    }

    /** Epochs of the panes, once all records are read. */
    ReferenceCalendar calendar() {
        return calendar;
    }

    /** Judges all records of a partition. */
    List<Entry> read(List<byte[]> records) {
        List<Entry> entries = new ArrayList<>();
        for (int offset = 0; offset < records.size(); offset++) {
            entries.add(read(offset, records.get(offset)));
        }
        return entries;
    }

    private Entry read(long offset, byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return refused(offset, Reason.REASON_OVERSIZED, 0);
        }
        ActivationRecord record;
        try {
            record = ActivationRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return refused(offset, Reason.REASON_UNPARSABLE, 0);
        }
        if (record.getSchemaVersion() != 1) {
            return refused(offset, Reason.REASON_SCHEMA_VERSION, ReferenceChecks.claimedRows(record));
        }
        return switch (record.getBodyCase()) {
            case FRAME -> frame(offset, record.getFrame());
            case TICK -> tick(offset, record.getTick());
            case HEARTBEAT -> heartbeat(offset, record.getHeartbeat());
            case BODY_NOT_SET -> refused(offset, Reason.REASON_MALFORMED, 0);
        };
    }

    private Entry tick(long offset, Tick tick) {
        Optional<Reason> reason = ReferenceChecks.shapeOf(tick).or(() -> ReferenceChecks.epochsOf(tick, plans));
        if (reason.isPresent()) {
            return refused(offset, reason.get(), 0);
        }
        calendar.hear(tick);
        sources.values().removeIf(source -> calendar.timeMs() - source.seenMs >= FORGET_MS);
        return new Entry.Ticked(offset, tick.getTimeMs());
    }

    private Entry heartbeat(long offset, Heartbeat beat) {
        Optional<Reason> reason = ReferenceChecks.shapeOf(beat)
                .or(() -> timeOf(beat.getTimestampMs()))
                .or(() -> staleOf(beat.getSourceId(), beat.getSourceEpoch()));
        return reason.map(r -> refused(offset, r, 0)).orElseGet(() -> new Entry.Beat(offset, beat));
    }

    private Entry frame(long offset, Frame frame) {
        Optional<Reason> reason = ReferenceChecks.shapeOf(frame)
                .or(() -> timeOf(frame.getTimestampMs()))
                .or(() -> staleOf(frame.getSourceId(), frame.getSourceEpoch()))
                .or(() -> sequenceOf(frame));
        if (reason.isPresent()) {
            return refused(offset, reason.get(), ReferenceChecks.claimedRows(frame));
        }
        Optional<Reason> content = ReferenceChecks.contentOf(frame, planOf(frame));
        List<ReferenceCanaries.Said> canaries = ReferenceCanaries.of(frame, planOf(frame), content.isPresent());
        return content.isPresent()
                ? refused(offset, content.get(), ReferenceChecks.claimedRows(frame), canaries)
                : new Entry.Accepted(offset, frame, accept(frame), canaries);
    }

    private MonitorPlan planOf(Frame frame) {
        return plans.of(calendar.epoch(timing.pane(frame.getTimestampMs())));
    }

    private Optional<Reason> timeOf(long ts) {
        if (ts < 0) {
            return Optional.of(Reason.REASON_NEGATIVE_TIME);
        }
        if (!calendar.ticked() || ts > calendar.timeMs() + timing.leadMs()) {
            return Optional.of(Reason.REASON_AHEAD);
        }
        return ts <= calendar.timeMs() - timing.graceMs() ? Optional.of(Reason.REASON_LATE) : Optional.empty();
    }

    private Optional<Reason> staleOf(String id, long epoch) {
        Source source = sources.get(id);
        return source != null && Long.compareUnsigned(epoch, source.epoch) < 0
                ? Optional.of(Reason.REASON_STALE_SOURCE)
                : Optional.empty();
    }

    private Optional<Reason> sequenceOf(Frame frame) {
        Source source = sources.get(frame.getSourceId());
        if (source == null || frame.getSourceEpoch() != source.epoch) {
            return Optional.empty();
        }
        long last = source.last();
        long seq = frame.getSourceSeq();
        if (seq > last) {
            return Optional.empty();
        }
        boolean remembered = last - seq <= 64;
        return Optional.of(
                remembered && source.accepted.contains(seq) ? Reason.REASON_DUPLICATE : Reason.REASON_OUT_OF_ORDER);
    }

    /** Books an accepted frame to its source and says how many frames went missing before it. */
    private long accept(Frame frame) {
        boolean known = sources.containsKey(frame.getSourceId());
        if (!known && sources.size() == MAX_SOURCES) {
            forgetOldest();
        }
        Source source = sources.computeIfAbsent(frame.getSourceId(), id -> new Source());
        if (source.epoch != frame.getSourceEpoch()) {
            source.accepted.clear();
            source.epoch = frame.getSourceEpoch();
        }
        // Where a source begins is unknown, where a new epoch of it begins is not: at 1.
        long missing = known ? frame.getSourceSeq() - source.last() - 1 : 0;
        source.accepted.add(frame.getSourceSeq());
        source.seenMs = calendar.timeMs();
        return missing;
    }

    private void forgetOldest() {
        sources.remove(sources.entrySet().stream()
                .min(Comparator.comparingLong((Map.Entry<String, Source> e) -> e.getValue().seenMs)
                        .thenComparing(Map.Entry::getKey))
                .orElseThrow()
                .getKey());
    }

    private Entry refused(long offset, Reason reason, int rows) {
        return refused(offset, reason, rows, List.of());
    }

    private Entry refused(long offset, Reason reason, int rows, List<ReferenceCanaries.Said> canaries) {
        long pane = calendar.ticked() ? timing.pane(calendar.timeMs()) : 0;
        return new Entry.Refused(offset, reason, pane, rows, canaries);
    }
}
