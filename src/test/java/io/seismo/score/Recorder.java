package io.seismo.score;

import com.google.protobuf.ByteString;
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

    /** Everything in the order it arose. */
    final List<Entry> log = new ArrayList<>();

    @Override
    public void score(RequestScore score) {
        scores.add(score);
        log.add(new Entry("score", score.toByteString()));
    }

    @Override
    public void breach(Breach breach) {
        breaches.add(breach);
        log.add(new Entry("breach", breach.toByteString()));
    }

    @Override
    public void partial(int watchPartition, PanePartial partial) {
        partials.add(partial);
        log.add(new Entry("partial " + watchPartition, partial.toByteString()));
    }

    /** Kind and bytes of one output. */
    record Entry(String kind, ByteString bytes) {}
}
