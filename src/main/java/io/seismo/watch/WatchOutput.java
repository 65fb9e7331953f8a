package io.seismo.watch;

import io.seismo.wire.AlertTransition;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.Snapshot;

/** Where WATCH's results go, in the order they arise. */
public interface WatchOutput {

    /** An alert moved: goes to {@code alert-log} and, as the current state, to {@code alerts}. */
    void transition(AlertTransition transition);

    /** A pane was merged. */
    void digest(PaneDigest digest);

    /** A chunk of the state after a pane. */
    void snapshot(Snapshot snapshot);
}
