package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.Timing;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

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

    private final Plans plans;
    private final Timing timing;
    private final ReferenceCalendar calendar;
    private final Function<MonitorPlan, Map<String, Encoder>> encoders;
    /** By epoch. */
    private final Map<Long, ReferenceRows> readers = new TreeMap<>();

    private final Map<String, Story> open = new TreeMap<>();
    private final List<Story> closed = new ArrayList<>();
    private final List<PaneCount> orphans = new ArrayList<>();
    private final List<PaneCount> evictions = new ArrayList<>();
    private long timeMs = Long.MIN_VALUE;
    private long placed;

    /** @param calendar epochs of the partition's panes */
    ReferenceRequests(Plans plans, ReferenceCalendar calendar, Function<MonitorPlan, Map<String, Encoder>> encoders) {
        this.plans = plans;
        this.timing = plans.newest().timing();
        this.calendar = calendar;
        this.encoders = encoders;
    }

    Lives follow(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Accepted accepted) {
                frame(accepted);
            } else if (entry instanceof Entry.Ticked tick && tick.timeMs() > timeMs) {
                timeMs = tick.timeMs();
                expire();
                outlive();
            }
        }
        return new Lives(closed, new ArrayList<>(open.values()), orphans, evictions, placed);
    }

    private void frame(Entry.Accepted accepted) {
        Frame frame = accepted.frame();
        long pane = timing.pane(frame.getTimestampMs());
        MonitorPlan plan = plans.of(calendar.epoch(pane));
        List<ReferenceRows.Part> parts = reader(plan).read(frame);
        for (int i = 0; i < parts.size(); i++) {
            ReferenceRows.Part part = parts.get(i);
            Segment segment = part.segment();
            int index = i;
            if (accepted.canaries().stream().anyMatch(said -> said.segment() == index && said.match())) {
                continue;
            }
            Story story = open.get(segment.getRequestId());
            if (story != null && story.plan.epoch() != plan.epoch()) {
                estranged(story, plan, part, pane);
                continue;
            }
            long start = Integer.toUnsignedLong(segment.getStartPosition());
            boolean belongs = story == null
                    ? start <= Integer.toUnsignedLong(segment.getCachedPrefix())
                    : start >= story.nextPosition;
            if (part.rows().isEmpty()) {
                end(story, segment, accepted, pane);
            } else if (!belongs) {
                orphans.add(new PaneCount(pane, part.rows().size()));
            } else {
                Story owner = story == null ? begin(plan, accepted, segment, pane) : story;
                tell(owner, part, accepted, pane);
                end(owner, segment, accepted, pane);
            }
        }
    }

    private ReferenceRows reader(MonitorPlan plan) {
        return readers.computeIfAbsent(plan.epoch(), none -> new ReferenceRows(plan, encoders.apply(plan)));
    }

    /** A frame of another epoch has nothing to say to a request, but that its epoch is over when its own is newer. */
    private void estranged(Story story, MonitorPlan plan, ReferenceRows.Part part, long pane) {
        if (plan.epoch() > story.plan.epoch()) {
            close(story, CloseReason.CLOSE_REASON_EPOCH, pane);
        }
        if (!part.rows().isEmpty()) {
            orphans.add(new PaneCount(pane, part.rows().size()));
        }
    }

    private Story begin(MonitorPlan plan, Entry.Accepted accepted, Segment segment, long pane) {
        while (open.size() >= plan.requestLife().maxOpen()) {
            Story oldest = open.values().stream()
                    .min(Comparator.comparingLong((Story s) -> s.firstMs).thenComparing(Story::id))
                    .orElseThrow();
            evictions.add(new PaneCount(pane, 1));
            close(oldest, CloseReason.CLOSE_REASON_EVICTED, pane);
        }
        Story story = new Story(plan, accepted.frame(), segment, accepted.offset(), pane);
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
        List<Story> due = open.values().stream()
                .filter(story -> story.deadline() <= timeMs)
                .sorted(Comparator.comparingLong(Story::deadline).thenComparing(Story::id))
                .toList();
        due.forEach(story -> close(story, story.cause(), timing.pane(timeMs)));
    }

    /** No pane of a request's epoch stays open: it cannot go on. */
    private void outlive() {
        long oldestOpen = timing.pane(timeMs - timing.graceMs());
        List<Story> over = open.values().stream()
                .filter(story -> story.plan.epoch() < calendar.epoch(oldestOpen))
                .sorted(Comparator.comparingLong((Story s) -> s.firstMs).thenComparing(Story::id))
                .toList();
        over.forEach(story -> close(story, CloseReason.CLOSE_REASON_EPOCH, oldestOpen));
    }

    /** A request counts in panes of its own epoch only. */
    private void close(Story story, CloseReason reason, long pane) {
        open.remove(story.id());
        story.close(reason, calendar.nearest(story.plan.epoch(), pane));
        closed.add(story);
    }
}
