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
}
