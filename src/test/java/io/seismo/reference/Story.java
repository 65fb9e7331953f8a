package io.seismo.reference;

import io.seismo.spec.MonitorPlan;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.List;

/** One request from its first row to its close, with all it ever showed. */
final class Story {

    /**
     * A row, and where it was seen.
     *
     * @param order rank among all rows of the partition
     */
    record Seen(long order, long offset, long pane, long timestampMs, ReferenceRows.Row row) {}

    /** Of the epoch it belongs to. */
    final MonitorPlan plan;

    final Frame firstFrame;
    final Segment firstSegment;
    final long firstOffset;
    final long seenPane;
    final long firstMs;
    final boolean sampled;
    final List<Seen> rows = new ArrayList<>();
    long lastMs;
    long lastOffset;
    long nextPosition;
    CloseReason closedBy = CloseReason.CLOSE_REASON_UNSPECIFIED;
    long closedPane;
    int outcome;
    int rowsExpected;

    Story(MonitorPlan plan, Frame frame, Segment segment, long offset, long pane) {
        this.plan = plan;
        this.firstFrame = frame;
        this.firstSegment = segment;
        this.firstOffset = offset;
        this.seenPane = pane;
        this.firstMs = frame.getTimestampMs();
        this.lastMs = firstMs;
        this.sampled = Sample.any(plan, id());
    }

    String id() {
        return firstSegment.getRequestId();
    }

    /** When it closes if nothing more comes. */
    long deadline() {
        return Math.min(idleAt(), agedAt());
    }

    private long idleAt() {
        return lastMs + plan.requestLife().idleMs();
    }

    private long agedAt() {
        return firstMs + plan.requestLife().maxAgeMs();
    }

    /** Why it closes then. */
    CloseReason cause() {
        return idleAt() <= agedAt() ? CloseReason.CLOSE_REASON_IDLE : CloseReason.CLOSE_REASON_AGE;
    }

    void close(CloseReason reason, long pane) {
        closedBy = reason;
        closedPane = pane;
    }
}
