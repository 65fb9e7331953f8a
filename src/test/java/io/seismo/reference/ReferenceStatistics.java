package io.seismo.reference;

import io.seismo.spec.Timing;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What each pane of one partition counts: one pass a concern. */
final class ReferenceStatistics {

    private static final float FIRST_BUCKET = 0x1p-6f;
    private static final int BUCKETS = 64;

    private final Timing timing;
    private final SortedMap<Long, PaneTally> panes = new TreeMap<>();

    private ReferenceStatistics(Timing timing) {
        this.timing = timing;
    }

    static SortedMap<Long, PaneTally> count(Timing timing, List<Entry> entries, ReferenceRequests.Lives lives) {
        ReferenceStatistics statistics = new ReferenceStatistics(timing);
        entries.forEach(statistics::frames);
        statistics.refusals(entries);
        statistics.canaries(entries);
        statistics.heartbeats(entries);
        statistics.sources(entries);
        lives.orphans().forEach(orphan -> {
            PaneTotals.Builder totals = statistics.totals(orphan.pane());
            totals.setOrphans(totals.getOrphans() + orphan.count());
        });
        lives.evictions().forEach(eviction -> {
            PaneTotals.Builder totals = statistics.totals(eviction.pane());
            totals.setEvictions(totals.getEvictions() + eviction.count());
        });
        lives.all().forEach(statistics::request);
        return statistics.panes;
    }

    private PaneTally pane(long pane) {
        return panes.computeIfAbsent(pane, none -> new PaneTally());
    }

    private PaneTotals.Builder totals(long pane) {
        return pane(pane).totals;
    }

    private void frames(Entry entry) {
        if (entry instanceof Entry.Accepted accepted) {
            PaneTotals.Builder totals = totals(timing.pane(accepted.frame().getTimestampMs()));
            totals.setFrames(totals.getFrames() + 1)
                    .setFramesMissing(totals.getFramesMissing() + accepted.missingFrames())
                    .setRowsSeen(totals.getRowsSeen() + rows(accepted.frame()));
            for (ReferenceCanaries.Said said : accepted.canaries()) {
                int rows = said.match()
                        ? accepted.frame().getSegments(said.segment()).getRows()
                        : 0;
                totals.setRowsCanary(totals.getRowsCanary() + rows);
            }
        }
    }

    /** What was refused before the first tick counts in the pane of that tick: nothing is lost. */
    private void refusals(List<Entry> entries) {
        List<Entry.Refused> early = new ArrayList<>();
        boolean ticked = false;
        for (Entry entry : entries) {
            if (entry instanceof Entry.Ticked tick && !ticked) {
                ticked = true;
                long pane = timing.pane(tick.timeMs());
                early.forEach(refused -> pane(pane).refuse(refused.reason(), 1, refused.rows()));
            } else if (entry instanceof Entry.Refused refused && ticked) {
                pane(refused.pane()).refuse(refused.reason(), 1, refused.rows());
            } else if (entry instanceof Entry.Refused refused) {
                early.add(refused);
            }
        }
    }

    /** Record by record, wherever they stand. */
    private void canaries(List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Accepted accepted) {
                long pane = timing.pane(accepted.frame().getTimestampMs());
                accepted.canaries().forEach(said -> pane(pane).say(said, 1, said.complete() ? 1 : 0));
            } else if (entry instanceof Entry.Refused refused) {
                // None before the first tick: those are refused for their time.
                refused.canaries().forEach(said -> pane(refused.pane()).say(said, 1, said.complete() ? 1 : 0));
            }
        }
    }

    private static long rows(Frame frame) {
        return frame.getSegmentsList().stream().mapToLong(Segment::getRows).sum();
    }

    private void heartbeats(List<Entry> entries) {
        ReferenceCoverage coverage = new ReferenceCoverage();
        for (Entry entry : entries) {
            coverage.settle(entry).ifPresent(settled -> {
                PaneTotals.Builder totals = totals(timing.pane(settled.timestampMs()));
                totals.setRowsServed(totals.getRowsServed() + settled.served())
                        .setRowsAccounted(totals.getRowsAccounted() + settled.arrived());
            });
        }
    }

    /** Sources that sent a frame or a heartbeat in a pane. */
    private void sources(List<Entry> entries) {
        SortedMap<Long, TreeSet<String>> seen = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Accepted accepted) {
                Frame frame = accepted.frame();
                seen.computeIfAbsent(timing.pane(frame.getTimestampMs()), none -> new TreeSet<>())
                        .add(frame.getSourceId());
            } else if (entry instanceof Entry.Beat beat) {
                Heartbeat now = beat.heartbeat();
                seen.computeIfAbsent(timing.pane(now.getTimestampMs()), none -> new TreeSet<>())
                        .add(now.getSourceId());
            }
        }
        seen.forEach((pane, names) -> totals(pane).setSources(names.size()));
    }

    private void request(Story story) {
        PaneTotals.Builder totals = totals(story.seenPane);
        totals.setRequestsSeen(totals.getRequestsSeen() + 1)
                .setRequestsSampled(totals.getRequestsSampled() + (story.sampled ? 1 : 0));
        story.rows.forEach(seen -> kind(totals(seen.pane()), seen.row().kind()));
        story.plan.watches().forEach(watch -> watch(story, watch));
        features(story);
    }

    private static void kind(PaneTotals.Builder totals, int kind) {
        switch (kind) {
            case 0 -> totals.setRowsScored(totals.getRowsScored() + 1);
            case 1 -> totals.setRowsSpecial(totals.getRowsSpecial() + 1);
            case 2 -> totals.setRowsPadding(totals.getRowsPadding() + 1);
            case 3 -> totals.setRowsFirst(totals.getRowsFirst() + 1);
            case 4 -> totals.setRowsSink(totals.getRowsSink() + 1);
            default -> throw new IllegalStateException("no row kind " + kind);
        }
    }

    private void watch(Story story, WatchPlan watch) {
        for (Story.Seen seen : story.rows) {
            if (seen.row().kind() == 0) {
                PaneTally.Watch tally = pane(seen.pane()).watch(watch.id());
                tally.tokens++;
                tally.tokensAbove += ReferenceScores.signal(watch, seen.row().watched()) > watch.firesAbove() ? 1 : 0;
            }
        }
        ReferenceScores.Told told = ReferenceScores.tell(watch, story);
        if (told.fired() != null) {
            pane(told.fired().seen().pane()).watch(watch.id()).fired++;
        }
        told.breaches()
                .forEach((cap, crossing) ->
                        pane(crossing.seen().pane()).watch(watch.id()).breaches.merge(cap, 1L, Long::sum));
        if (story.closedBy != CloseReason.CLOSE_REASON_UNSPECIFIED) {
            PaneTally.Watch tally = pane(story.closedPane).watch(watch.id());
            tally.closed++;
            tally.sum += fixed(told.score());
            tally.max = Math.max(tally.max, told.score());
            tally.histogram.merge(bucket(told.score()), 1L, Long::sum);
        }
    }

    private void features(Story story) {
        TreeSet<String> counted = new TreeSet<>();
        for (Story.Seen seen : story.rows) {
            seen.row()
                    .features()
                    .forEach((encoder, fired) -> fired.forEach((feature, value) -> {
                        PaneTally.Feature tally = pane(seen.pane()).feature(encoder, feature);
                        tally.tokens++;
                        tally.sum += fixed(value);
                        tally.max = Math.max(tally.max, value);
                        tally.requests += counted.add(encoder + "/" + feature) ? 1 : 0;
                    }));
        }
    }

    /** Units of 2⁻¹⁶, half up; negative values count as nothing. */
    static long fixed(float value) {
        return Math.max(0, (long) Math.floor(value * 65_536.0 + 0.5));
    }

    /** Four linear steps to an octave, from 2⁻⁶ on. */
    static int bucket(float score) {
        int bucket = 0;
        float octave = FIRST_BUCKET;
        while (bucket < BUCKETS - 1 && score >= octave * (1 + (bucket % 4 + 1) / 4f)) {
            bucket++;
            octave = bucket % 4 == 0 ? octave * 2 : octave;
        }
        return bucket;
    }
}
