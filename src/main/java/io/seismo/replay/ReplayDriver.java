package io.seismo.replay;

import io.seismo.score.Journal;
import io.seismo.score.PartitionScorer;
import io.seismo.score.ScoreJournals;
import io.seismo.score.ScoreOutput;
import io.seismo.spec.MonitorPlan;
import io.seismo.watch.KeyedState;
import io.seismo.watch.TreeMapState;
import io.seismo.watch.WatchCore;
import io.seismo.watch.WatchOutput;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives the pure cores over recorded partitions, in one thread.
 *
 * <p>The partition that is furthest behind in tick time goes next, up to its next tick. That keeps the inboxes of WATCH
 * small; the result is the same in any order, which a test shows.
 */
final class ReplayDriver {

    private final MonitorPlan plan;
    private final ReplayOutput output;
    private final List<WatchCore> watches = new ArrayList<>();
    private final List<PartitionScorer> scorers = new ArrayList<>();

    /** A driver in the state of {@code start}. */
    ReplayDriver(MonitorPlan plan, StartPoint start, ReplayOutput output) {
        this.plan = plan;
        this.output = output;
        for (int w = 0; w < plan.shape().watchPartitions(); w++) {
            watches.add(watchCore(w, start.watch(w)));
        }
        for (int p = 0; p < plan.shape().partitions(); p++) {
            scorers.add(scorer(p, start));
        }
    }

    /** Reads every source to its end. */
    void run(List<? extends FeatureSource> sources, Runnable progress) {
        long[] time = new long[sources.size()];
        java.util.Arrays.fill(time, Long.MIN_VALUE);
        boolean[] done = new boolean[sources.size()];
        int behind = furthestBehind(time, done);
        while (behind >= 0) {
            time[behind] = advance(behind, sources.get(behind), time[behind]);
            done[behind] = !sources.get(behind).hasNext();
            progress.run();
            behind = furthestBehind(time, done);
        }
    }

    private long advance(int partition, FeatureSource source, long time) {
        while (source.hasNext()) {
            FeatureRecord record = source.next();
            scorers.get(partition).accept(record);
            if (record.hasTick() && record.getTick().getTimeMs() > time) {
                return record.getTick().getTimeMs();
            }
        }
        return time;
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

    private WatchCore watchCore(int w, List<Snapshot> snapshot) {
        KeyedState state = new TreeMapState();
        if (!snapshot.isEmpty()) {
            WatchCore.restore(state, snapshot);
        }
        return new WatchCore(plan, w, state, new WatchOutput() {
            @Override
            public void transition(AlertTransition transition) {
                output.transition(transition);
            }

            @Override
            public void digest(PaneDigest digest) {
                output.digest(digest);
            }

            @Override
            public void snapshot(Snapshot muted) {
                // Replays leave no trace.
            }
        });
    }

    private PartitionScorer scorer(int p, StartPoint start) {
        PartitionScorer scorer = new PartitionScorer(plan, p, ScoreJournals.of(Journal.NONE), new ScoreOutput() {
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
                watches.get(watchPartition).accept(partial);
            }
        });
        start.restore(p, StartPoint.Part.SCORE, scorer::restore);
        return scorer;
    }
}
