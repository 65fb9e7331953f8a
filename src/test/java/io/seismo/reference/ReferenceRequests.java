package io.seismo.reference;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorPlan.RequestLife;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which requests a partition saw, which rows belong to each, and how each ended. */
final class ReferenceRequests {

    /** Rows that belong to no request, or the other way round: a request that had to go. */
    record PaneCount(long pane, long count) {}

    /**
     * @param closed in the order they closed
     * @param open those still open at the end
     * @param orphans rows without a request
     * @param evictions requests that had to make room
     * @param placed rows that belong to a request, in order
     */
    record Lives(
            List<Story> closed, List<Story> open, List<PaneCount> orphans, List<PaneCount> evictions, long placed) {
        List<Story> all() {
            List<Story> all = new ArrayList<>(closed);
            all.addAll(open);
            return all;
        }
    }

    private final MonitorPlan plan;
    private final ReferenceRows reader;
    private final Map<String, Story> open = new TreeMap<>();
    private final List<Story> closed = new ArrayList<>();
    private final List<PaneCount> orphans = new ArrayList<>();
    private final List<PaneCount> evictions = new ArrayList<>();
    private long timeMs = Long.MIN_VALUE;
    private long placed;

    ReferenceRequests(MonitorPlan plan, ReferenceRows reader) {
        this.plan = plan;
        this.reader = reader;
    }

    Lives follow(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Accepted accepted) {
                frame(accepted);
            } else if (entry instanceof Entry.Ticked tick && tick.timeMs() > timeMs) {
                timeMs = tick.timeMs();
                expire();
            }
        }
        return new Lives(closed, new ArrayList<>(open.values()), orphans, evictions, placed);
    }

    private void frame(Entry.Accepted accepted) {
        Frame frame = accepted.frame();
        long pane = plan.timing().pane(frame.getTimestampMs());
        for (ReferenceRows.Part part : reader.read(frame)) {
            Segment segment = part.segment();
            Story story = open.get(segment.getRequestId());
            long start = Integer.toUnsignedLong(segment.getStartPosition());
            boolean belongs = story == null
                    ? start <= Integer.toUnsignedLong(segment.getCachedPrefix())
                    : start >= story.nextPosition;
            if (part.rows().isEmpty()) {
                end(story, segment, accepted, pane);
            } else if (!belongs) {
                orphans.add(new PaneCount(pane, part.rows().size()));
            } else {
                Story owner = story == null ? begin(accepted, segment, pane) : story;
                tell(owner, part, accepted, pane);
                end(owner, segment, accepted, pane);
            }
        }
    }

    private Story begin(Entry.Accepted accepted, Segment segment, long pane) {
        if (open.size() == plan.requestLife().maxOpen()) {
            Story oldest = open.values().stream()
                    .min(Comparator.comparingLong((Story s) -> s.firstMs).thenComparing(Story::id))
                    .orElseThrow();
            evictions.add(new PaneCount(pane, 1));
            close(oldest, CloseReason.CLOSE_REASON_EVICTED, pane);
        }
        boolean sampled = Sample.any(plan, segment.getRequestId());
        Story story = new Story(accepted.frame(), segment, accepted.offset(), pane, sampled);
        open.put(story.id(), story);
        return story;
    }

    private void tell(Story story, ReferenceRows.Part part, Entry.Accepted accepted, long pane) {
        long timestamp = accepted.frame().getTimestampMs();
        for (ReferenceRows.Row row : part.rows()) {
            story.rows.add(new Story.Seen(placed++, accepted.offset(), pane, timestamp, row));
            story.nextPosition = row.position() + 1;
        }
        touch(story, accepted);
    }

    private static void touch(Story story, Entry.Accepted accepted) {
        story.lastMs = Math.max(story.lastMs, accepted.frame().getTimestampMs());
        story.lastOffset = accepted.offset();
    }

    private void end(Story story, Segment segment, Entry.Accepted accepted, long pane) {
        if (story == null || !segment.hasEnd() || !open.containsKey(story.id())) {
            return;
        }
        touch(story, accepted);
        story.outcome = segment.getEnd().getOutcomeValue();
        story.rowsExpected = segment.getEnd().getRowsExpected();
        close(story, CloseReason.CLOSE_REASON_END, pane);
    }

    private void expire() {
        RequestLife life = plan.requestLife();
        List<Story> due = open.values().stream()
                .filter(story -> story.deadline(life.idleMs(), life.maxAgeMs()) <= timeMs)
                .sorted(Comparator.comparingLong((Story s) -> s.deadline(life.idleMs(), life.maxAgeMs()))
                        .thenComparing(Story::id))
                .toList();
        for (Story story : due) {
            boolean idle = story.lastMs + life.idleMs() <= story.firstMs + life.maxAgeMs();
            CloseReason reason = idle ? CloseReason.CLOSE_REASON_IDLE : CloseReason.CLOSE_REASON_AGE;
            close(story, reason, plan.timing().pane(timeMs));
        }
    }

    private void close(Story story, CloseReason reason, long pane) {
        open.remove(story.id());
        story.close(reason, pane);
        closed.add(story);
    }
}
