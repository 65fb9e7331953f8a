package io.seismo.replay;

import io.seismo.score.Journal;
import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.score.ScoreOutput;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Drives the pure cores over recorded partitions, in one thread.
 *
 * <p>The partition that is furthest behind in tick time goes next, up to its next tick. That keeps the inboxes of WATCH
 * small; the result is the same in any order, which a test shows.
 */
final class ReplayDriver {

    private final Course course;
    private final ReplayOutput output;
    private final List<WatchLane> watches = new ArrayList<>();
    private final List<PartitionScorer> scorers = new ArrayList<>();

    /** A driver in the state its course starts in. */
    ReplayDriver(Course course, ReplayOutput output) {
        this.course = course;
        this.output = output;
        MonitorPlan.Shape shape = course.plans().newest().shape();
        for (int w = 0; w < shape.watchPartitions(); w++) {
            watches.add(new WatchLane(course, w, output));
        }
        for (int p = 0; p < shape.partitions(); p++) {
            scorers.add(scorer(p));
        }
    }

    /**
     * Reads every source to its end, or to where the course ends.
     *
     * @throws ReplayException when a record cannot be read or is not what it says; names topic, partition and offset
     */
    void run(List<? extends FeatureSource> sources, Runnable progress) {
        long[] time = new long[sources.size()];
        Arrays.fill(time, Long.MIN_VALUE);
        boolean[] done = new boolean[sources.size()];
        int behind = furthestBehind(time, done);
        while (behind >= 0) {
            time[behind] = advance(behind, sources.get(behind), time[behind]);
            done[behind] =
                    time[behind] >= course.untilMs() || !sources.get(behind).hasNext();
            progress.run();
            behind = furthestBehind(time, done);
        }
    }

    private long advance(int partition, FeatureSource source, long time) {
        while (source.hasNext()) {
            FeatureRecord record = source.next();
            take(partition, source, record);
            if (record.hasTick() && record.getTick().getTimeMs() > time) {
                return record.getTick().getTimeMs();
            }
        }
        return time;
    }

    private void take(int partition, FeatureSource source, FeatureRecord record) {
        try {
            scorers.get(partition).accept(record);
        } catch (RuntimeException broken) {
            throw new ReplayException(
                    source.place() + " cannot be scored: " + broken.getMessage()
                            + "; it is damaged, or was written under a spec that is not in the log",
                    broken);
        }
    }

    private static int furthestBehind(long[] time, boolean[] done) {
        int behind = -1;
        for (int p = 0; p < time.length; p++) {
            if (!done[p] && (behind < 0 || time[p] < time[behind])) {
                behind = p;
            }
        }
        return behind;
    }

    private PartitionScorer scorer(int p) {
        PartitionScorer scorer =
                new PartitionScorer(course.plans(), p, ScoreJournals.of(Journal.NONE), new ScoreOutput() {
                    @Override
                    public void score(RequestScore score) {
                        output.score(score);
                    }

                    @Override
                    public void breach(Breach breach) {
                        output.breach(breach);
                    }

                    @Override
                    public void partial(int watchPartition, PanePartial partial) {
                        output.partial(watchPartition, partial);
                        watches.get(watchPartition).accept(partial);
                    }
                });
        course.start().restore(p, StartPoint.Part.SCORE, scorer::restore);
        return scorer;
    }
}
