package io.seismo.score;

import io.seismo.wire.Breach;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a scorer says, in order. */
final class Recorder implements ScoreOutput {

    final List<RequestScore> scores = new ArrayList<>();
    final List<Breach> breaches = new ArrayList<>();
    final List<PanePartial> partials = new ArrayList<>();

    /** Everything in the order it arose, as readable text of its bytes. */
    final List<String> log = new ArrayList<>();

    @Override
    public void score(RequestScore score) {
        scores.add(score);
        log.add("score " + score.toByteString().hashCode() + " " + score);
    }

    @Override
    public void breach(Breach breach) {
        breaches.add(breach);
        log.add("breach " + breach.toByteString().hashCode() + " " + breach);
    }

    @Override
    public void partial(int watchPartition, PanePartial partial) {
        partials.add(partial);
        log.add("partial " + watchPartition + " " + partial.toByteString().hashCode() + " " + partial);
    }
}
