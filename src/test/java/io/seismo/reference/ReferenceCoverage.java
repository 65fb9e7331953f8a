package io.seismo.reference;

import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What heartbeats settle: two readings of a source's odometer and what arrived between them. Without an earlier reading
 * nothing can be said of the way so far.
 */
final class ReferenceCoverage {

    /**
     * What one heartbeat settles.
     *
     * @param timestampMs of the heartbeat
     * @param served rows by which the odometer moved
     * @param arrived rows that came meanwhile
     */
    record Settled(long timestampMs, long served, long arrived) {}

    /** A source as remembered: a line of a notebook that is copied, never changed. */
    private record Line(String source, long epoch, OptionalLong reading, long arrived, long heardMs) {

        boolean older(Line other) {
            return heardMs != other.heardMs ? heardMs < other.heardMs : source.compareTo(other.source) < 0;
        }
    }

    private final List<Line> notebook = new ArrayList<>();
    private long nowMs = Long.MIN_VALUE;

    /** Takes the next entry of the partition; present when it is a heartbeat that can be settled. */
    Optional<Settled> settle(Entry entry) {
        if (entry instanceof Entry.Ticked tick && tick.timeMs() > nowMs) {
            nowMs = tick.timeMs();
            notebook.removeIf(line -> line.heardMs() + ReferenceGate.FORGET_MS <= nowMs);
        } else if (entry instanceof Entry.Accepted accepted) {
            arrived(accepted.frame());
        } else if (entry instanceof Entry.Beat beat) {
            return beat(beat.heartbeat());
        }
        return Optional.empty();
    }

    private void arrived(Frame frame) {
        // Only who writes its first frame is known to stand at zero; and who is known and starts again.
        boolean first = frame.getSourceSeq() == 1;
        Line line =
                turnTo(frame.getSourceId(), frame.getSourceEpoch(), first ? OptionalLong.of(0) : OptionalLong.empty());
        long rows = frame.getSegmentsList().stream().mapToLong(Segment::getRows).sum();
        boolean counts = line.epoch() == frame.getSourceEpoch();
        note(new Line(line.source(), line.epoch(), line.reading(), line.arrived() + (counts ? rows : 0), nowMs));
    }

    private Optional<Settled> beat(Heartbeat beat) {
        Line line = turnTo(beat.getSourceId(), beat.getSourceEpoch(), OptionalLong.empty());
        if (line.epoch() != beat.getSourceEpoch()) {
            note(new Line(line.source(), line.epoch(), line.reading(), line.arrived(), nowMs));
            return Optional.empty();
        }
        long reading = beat.getRowsServed();
        if (line.reading().isEmpty()) {
            note(new Line(line.source(), line.epoch(), OptionalLong.of(reading), 0, nowMs));
            return Optional.empty();
        }
        long highest = Math.max(reading, line.reading().getAsLong());
        note(new Line(line.source(), line.epoch(), OptionalLong.of(highest), 0, nowMs));
        return Optional.of(
                new Settled(beat.getTimestampMs(), highest - line.reading().getAsLong(), line.arrived()));
    }

    /** The line of a source in its newest epoch, or a new one that starts from this reading. */
    private Line turnTo(String source, long epoch, OptionalLong reading) {
        for (Line line : notebook) {
            if (line.source().equals(source)) {
                return epoch > line.epoch() ? new Line(source, epoch, OptionalLong.of(0), 0, nowMs) : line;
            }
        }
        if (notebook.size() == ReferenceGate.MAX_SOURCES) {
            notebook.remove(
                    notebook.stream().reduce((a, b) -> b.older(a) ? b : a).orElseThrow());
        }
        return new Line(source, epoch, reading, 0, nowMs);
    }

    private void note(Line line) {
        notebook.removeIf(old -> old.source().equals(line.source()));
        notebook.add(line);
    }
}
