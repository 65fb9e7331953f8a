package io.seismo.replay;

import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;

/** Who hears what a replay gives. Nothing of it is sent anywhere. */
interface ReplayOutput {

    default void score(RequestScore score) {}

    default void breach(Breach breach) {}

    /** What a partition contributes to a watch partition, before anything is withheld. */
    default void partial(int watchPartition, PanePartial partial) {}

    default void transition(AlertTransition transition) {}

    default void digest(PaneDigest digest) {}

    /** Two that hear the same, in this order. */
    static ReplayOutput both(ReplayOutput first, ReplayOutput second) {
        return new ReplayOutput() {
            @Override
            public void score(RequestScore score) {
                first.score(score);
                second.score(score);
            }

            @Override
            public void breach(Breach breach) {
                first.breach(breach);
                second.breach(breach);
            }

            @Override
            public void partial(int watchPartition, PanePartial partial) {
                first.partial(watchPartition, partial);
                second.partial(watchPartition, partial);
            }

            @Override
            public void transition(AlertTransition transition) {
                first.transition(transition);
                second.transition(transition);
            }

            @Override
            public void digest(PaneDigest digest) {
                first.digest(digest);
                second.digest(digest);
            }
        };
    }
}
