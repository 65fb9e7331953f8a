package io.seismo.score;

import io.seismo.wire.Breach;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;

/** Where SCORE's results go, in the order they arise. */
public interface ScoreOutput {

    /** A request closed. */
    void score(RequestScore score);

    /** A request's score crossed a cap. */
    void breach(Breach breach);

    /** A chunk or marker for one watch partition. */
    void partial(int watchPartition, PanePartial partial);
}
