package io.seismo.replay;

import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a replay says of a range: the first alerts and breaches, and how many there were. */
final class Collector implements ReplayOutput {

    /** Of each; a cap set far too low breaches with every request. */
    static final int MAX = 10_000;

    private final Recorded.Range range;
    private final List<AlertTransition> alerts = new ArrayList<>();
    private final List<Breach> breaches = new ArrayList<>();
    private long allAlerts;
    private long allBreaches;

    /** @param range of panes that matter */
    Collector(Recorded.Range range) {
        this.range = range;
    }

    /** The first transitions. */
    List<AlertTransition> alerts() {
        return alerts;
    }

    /** How many transitions there were. */
    long allAlerts() {
        return allAlerts;
    }

    /** The first breaches. */
    List<Breach> breaches() {
        return breaches;
    }

    /** How many breaches there were. */
    long allBreaches() {
        return allBreaches;
    }

    @Override
    public void breach(Breach breach) {
        if (range.holds(breach.getPane()) && allBreaches++ < MAX) {
            breaches.add(breach);
        }
    }

    @Override
    public void transition(AlertTransition transition) {
        if (range.holds(transition.getCore().getPane()) && allAlerts++ < MAX) {
            alerts.add(transition);
        }
    }
}
