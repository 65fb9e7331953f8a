package io.seismo.reference;

import io.seismo.spec.DetectorPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Breach;
import io.seismo.wire.RequestScore;
import io.seismo.wire.TokenPeak;
import io.seismo.wire.WatchScore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Request scores and breaches as records, without provenance. */
final class ReferenceOutputs {

    private record Ranked(long order, int watch, int cap, Breach breach) {}

    private ReferenceOutputs() {}

    /** Scores of the requests of a partition, in the order they closed. */
    static List<RequestScore> scores(int partition, ReferenceRequests.Lives lives) {
        List<RequestScore> scores = new ArrayList<>();
        for (Story story : lives.closed()) {
            scores.add(score(partition, story));
        }
        return scores;
    }

    private static RequestScore score(int partition, Story story) {
        RequestScore.Builder score = RequestScore.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(story.plan.epoch())
                .setPartition(partition)
                .setRequestId(story.id())
                .setModel(story.firstFrame.getModel())
                .setRevision(story.firstFrame.getRevision())
                .setSeenPane(story.seenPane)
                .setFirstMs(story.firstMs)
                .setLastMs(story.lastMs)
                .setClosedBy(story.closedBy)
                .setOutcomeValue(story.outcome)
                .setRows(story.rows.size())
                .setRowsScored((int) story.rows.stream()
                        .filter(seen -> seen.row().kind() == 0)
                        .count())
                .setRowsExpected(story.rowsExpected)
                .setSessionKey(story.firstSegment.getSessionKey())
                .setAccountKey(story.firstSegment.getAccountKey())
                .setTenantKey(story.firstSegment.getTenantKey());
        for (WatchPlan watch : story.plan.watches()) {
            score.addScores(score(watch, story));
        }
        return score.build();
    }

    private static WatchScore score(WatchPlan watch, Story story) {
        ReferenceScores.Told told = ReferenceScores.tell(watch, story);
        return WatchScore.newBuilder()
                .setWatch(watch.id())
                .setScore(told.score())
                .setTokenMax(told.tokenMax())
                .setTokenMaxPosition((int) told.tokenMaxPosition())
                .setFired(told.fired() != null)
                .setFiredPane(told.fired() == null ? 0 : told.fired().seen().pane())
                .addAllPeaks(told.peaks())
                .build();
    }

    /** Breaches of a partition: by row, then watch entry, then cap. */
    static List<Breach> breaches(int partition, ReferenceRequests.Lives lives) {
        List<Ranked> all = new ArrayList<>();
        for (Story story : lives.all()) {
            for (int w = 0; w < story.plan.watches().size(); w++) {
                WatchPlan watch = story.plan.watches().get(w);
                ReferenceScores.Told told = ReferenceScores.tell(watch, story);
                List<DetectorPlan.Cap> caps = ReferenceScores.caps(story.plan, watch);
                for (int c = 0; c < caps.size(); c++) {
                    ReferenceScores.Crossing crossing =
                            told.breaches().get(caps.get(c).id());
                    if (crossing != null) {
                        Breach breach = breach(partition, story, watch, caps.get(c), crossing);
                        all.add(new Ranked(crossing.seen().order(), w, c, breach));
                    }
                }
            }
        }
        all.sort(Comparator.comparingLong(Ranked::order)
                .thenComparing(Ranked::watch)
                .thenComparing(Ranked::cap));
        return all.stream().map(Ranked::breach).toList();
    }

    private static Breach breach(
            int partition, Story story, WatchPlan watch, DetectorPlan.Cap cap, ReferenceScores.Crossing crossing) {
        List<TokenPeak> peaks = crossing.peaks();
        return Breach.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(story.plan.epoch())
                .setPartition(partition)
                .setDetector(cap.id())
                .setWatch(watch.id())
                .setRequestId(story.id())
                .setModel(story.firstFrame.getModel())
                .setRevision(story.firstFrame.getRevision())
                .setPane(crossing.seen().pane())
                .setTimestampMs(crossing.seen().timestampMs())
                .setScore(crossing.score())
                .setAbove(cap.above())
                .setPosition((int) crossing.seen().row().position())
                .addAllPeaks(peaks)
                .setSessionKey(story.firstSegment.getSessionKey())
                .setAccountKey(story.firstSegment.getAccountKey())
                .setTenantKey(story.firstSegment.getTenantKey())
                .build();
    }
}
