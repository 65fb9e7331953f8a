package io.seismo.reference;

import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import java.util.ArrayList;
import java.util.List;

/** What ENCODE and SCORE of one partition wrote, in order. */
public final class Scored implements io.seismo.score.ScoreOutput {

    /** A partial and where it goes. */
    public record Sent(int watchPartition, PanePartial partial) {}

    final List<FeatureRecord> features = new ArrayList<>();
    final List<RequestScore> scores = new ArrayList<>();
    final List<Breach> breaches = new ArrayList<>();
    final List<Sent> partials = new ArrayList<>();

    @Override
    public void score(RequestScore score) {
        scores.add(score);
    }

    @Override
    public void breach(Breach breach) {
        breaches.add(breach);
    }

    @Override
    public void partial(int watchPartition, PanePartial partial) {
        partials.add(new Sent(watchPartition, partial));
    }

    /** Partials to one watch partition. */
    public List<PanePartial> to(int watchPartition) {
        return partials.stream()
                .filter(sent -> sent.watchPartition() == watchPartition)
                .map(Sent::partial)
                .toList();
    }

    /** Scores without provenance. */
    public List<RequestScore> scores() {
        return scores.stream()
                .map(score -> score.toBuilder().clearFirst().clearLast().build())
                .toList();
    }

    /** Breaches without provenance. */
    public List<Breach> breaches() {
        return breaches.stream()
                .map(breach -> breach.toBuilder().clearOrigin().build())
                .toList();
    }
}
