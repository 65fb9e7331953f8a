package io.seismo.watch;

import io.seismo.alert.EvidenceBuilder;
import io.seismo.alert.Surroundings;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.window.Ring;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Evidence;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What the plan of one epoch does with merged panes: judge, move alerts, learn, roll up.
 *
 * <p>All it must remember is in the state, so that the watch of the next epoch can go on from there.
 */
final class EpochWatch {

    private static final int SCHEMA_VERSION = 1;

    private final MonitorPlan plan;
    private final Home home;
    private final List<String> watches;
    private final DetectorBank detectors;
    private final AlertBank alerts;
    private final RollUps rollUps;
    private final Suspects suspects;
    private final CoFiring coFiring;
    private final EvidenceBuilder evidence;

    EpochWatch(MonitorPlan plan, RateDetectors rates, int watchPartition, KeyedState state) {
        this.plan = plan;
        this.home = new Home(plan, watchPartition);
        this.watches = home.watches();
        this.detectors = new DetectorBank(plan, home, rates, state);
        this.alerts = new AlertBank(plan, home, state);
        this.rollUps = new RollUps(state, plan.timing().paneMs());
        this.evidence = new EvidenceBuilder(plan);
        this.suspects = new Suspects(state, longestWindow());
        this.coFiring = new CoFiring(rollUps, plan.timing().paneMs());
    }

    MonitorPlan plan() {
        return plan;
    }

    /** Takes a pane of this epoch; gives the transitions, in order. */
    List<AlertTransition> step(MergedPane pane) {
        suspects.add(pane, watches);
        Verdicts verdicts = detectors.judge(pane);
        List<AlertTransition> transitions = new ArrayList<>();
        for (AlertBank.Move move : alerts.step(pane, verdicts)) {
            transitions.add(transition(move, evidence(move, pane)));
        }
        detectors.learn(alerts::quiet);
        rollUps.add(pane, watches);
        return transitions;
    }

    /** Ends the alerts that the next epoch does not have, in its first pane; gives the transitions, in order. */
    List<AlertTransition> retire(EpochWatch next, MergedPane pane) {
        String why = "; the spec of epoch " + next.plan.epoch() + " does not have this alert";
        List<AlertTransition> transitions = new ArrayList<>();
        for (AlertBank.Move move : alerts.retire(next.alerts, pane)) {
            Evidence ended = evidence(move, pane);
            Evidence explained =
                    ended.toBuilder().setSummary(ended.getSummary() + why).build();
            transitions.add(next.transition(move, explained));
        }
        return transitions;
    }

    private AlertTransition transition(AlertBank.Move move, Evidence bundle) {
        return AlertTransition.newBuilder()
                .setSchemaVersion(SCHEMA_VERSION)
                .setEpoch(plan.epoch())
                .setWatchPartition(home.watchPartition())
                .setCore(move.core())
                .setEvidence(bundle)
                .build();
    }

    /** Health over the minutes that the alert's longest window touches; requests and co-firing of the same window. */
    private Evidence evidence(AlertBank.Move move, MergedPane pane) {
        int panes = evidence.windowPanes(move.alert());
        long startMs = pane.endMs() - panes * plan.timing().paneMs();
        RollUps.Totals totals = RollUps.Totals.of(pane.totals());
        Ring ring = Ring.MINUTES;
        long first = Math.max(ring.slot(startMs), ring.slot(pane.endMs() - 1) - ring.slots() + 1);
        for (long slot = first; slot * ring.slotMs() < pane.endMs(); slot++) {
            totals = totals.plus(rollUps.totals(ring, slot * ring.slotMs()));
        }
        List<TopRequest> top = move.watch().isEmpty() ? List.of() : suspects.of(move.watch(), pane.pane(), panes);
        Surroundings around = new Surroundings(
                totals.accounted(), totals.served(), totals.refused(), top, coFiring.lines(pane, move.watch()));
        return evidence.build(move.core(), move.alert(), around);
    }

    private int longestWindow() {
        int panes = 1;
        for (AlertPlan alert : plan.alerts()) {
            panes = Math.max(panes, evidence.windowPanes(alert));
        }
        return panes;
    }
}
