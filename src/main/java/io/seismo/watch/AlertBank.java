package io.seismo.watch;

import io.seismo.alert.AlertInstance;
import io.seismo.alert.AlertLabels;
import io.seismo.alert.AlertLifecycle;
import io.seismo.alert.Fingerprint;
import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.Label;
import io.seismo.wire.VerdictCore;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Moves the alerts of one watch partition: rules by name, within a rule watch entries by id, then sources by detector id.
 *
 * <p>An instance is (rule, subject); a subject is a watch entry, or the id of a detector that reads a source. Its
 * condition holds while any detector of the rule deviates on the subject.
 */
final class AlertBank {

    private final KeyedState state;
    private final List<Instance> instances;

    /** One (rule, subject) that lives here. */
    private record Instance(
            AlertPlan alert,
            AlertLifecycle lifecycle,
            String subject,
            boolean watch,
            List<Label> labels,
            String hash) {}

    /**
     * A transition, without its evidence.
     *
     * @param watch id of the watch entry; empty for a source
     */
    record Move(AlertPlan alert, String watch, AlertCore core) {}

    AlertBank(MonitorPlan plan, Home home, KeyedState state) {
        this.state = state;
        List<Instance> all = new ArrayList<>();
        for (AlertPlan alert : plan.alerts()) {
            for (String watch : home.watches(List.copyOf(watches(plan, alert)))) {
                all.add(instance(alert, watch, true, AlertLabels.ofWatch(plan, alert, plan.watch(watch))));
            }
            for (DetectorPlan detector : plan.detectors()) {
                boolean here = detector instanceof DetectorPlan.OfMonitor of && home.ofMonitor(of);
                if (here && alert.from().contains(detector.id())) {
                    all.add(instance(alert, detector.id(), false, AlertLabels.ofSource(plan, alert, detector.id())));
                }
            }
        }
        instances = List.copyOf(all);
    }

    /** Moves every alert by one pane and gives the transitions, in order. */
    List<Move> step(MergedPane pane, Verdicts verdicts) {
        List<Move> moves = new ArrayList<>();
        for (Instance instance : instances) {
            List<VerdictCore> said = verdicts(instance, verdicts);
            boolean condition = said.stream().anyMatch(VerdictCore::getDeviant);
            AlertInstance before = read(instance);
            AlertInstance after = instance.lifecycle().next(before, condition, pane.endMs());
            if (!after.equals(before)) {
                write(instance, after);
            }
            if (after.state() != before.state()) {
                String watch = instance.watch() ? instance.subject() : "";
                moves.add(new Move(instance.alert(), watch, core(instance, before, after, pane, said)));
            }
        }
        return moves;
    }

    /**
     * Ends the alerts that the next plan's bank does not have: what fires resolves, what pends is dropped. An alert whose
     * labels change is another alert.
     */
    List<Move> retire(AlertBank next, MergedPane pane) {
        List<Move> moves = new ArrayList<>();
        for (Instance instance : instances) {
            AlertInstance before = read(instance);
            if (before.state() == AlertState.ALERT_STATE_INACTIVE || next.has(instance)) {
                continue;
            }
            AlertInstance after = before.state() == AlertState.ALERT_STATE_FIRING
                    ? new AlertInstance(
                            AlertState.ALERT_STATE_RESOLVED,
                            before.activeSinceMs(),
                            before.firingSinceMs(),
                            0,
                            pane.endMs())
                    : AlertInstance.INACTIVE;
            write(instance, AlertInstance.INACTIVE);
            String watch = instance.watch() ? instance.subject() : "";
            moves.add(new Move(instance.alert(), watch, core(instance, before, after, pane, List.of())));
        }
        return moves;
    }

    private boolean has(Instance other) {
        return instances.stream()
                .anyMatch(
                        instance -> instance.alert().name().equals(other.alert().name())
                                && instance.subject().equals(other.subject())
                                && instance.hash().equals(other.hash()));
    }

    /** Whether no alert on a watch entry is pending or firing. */
    boolean quiet(String watch) {
        for (Instance instance : instances) {
            if (instance.watch()
                    && instance.subject().equals(watch)
                    && read(instance).active()) {
                return false;
            }
        }
        return true;
    }

    private static AlertCore core(
            Instance instance, AlertInstance before, AlertInstance after, MergedPane pane, List<VerdictCore> said) {
        // What ended is described by the times it had.
        AlertInstance times = after.equals(AlertInstance.INACTIVE) ? before : after;
        return AlertCore.newBuilder()
                .setFingerprint(instance.hash())
                .addAllLabels(instance.labels())
                .setFrom(before.state())
                .setTo(after.state())
                .setPane(pane.pane())
                .setTimeMs(pane.endMs())
                .setActiveSinceMs(times.activeSinceMs())
                .setFiringSinceMs(times.firingSinceMs())
                .addAllVerdicts(said)
                .build();
    }

    private static List<VerdictCore> verdicts(Instance instance, Verdicts verdicts) {
        List<VerdictCore> said = new ArrayList<>();
        for (String detector : instance.alert().from()) {
            VerdictCore verdict = verdicts.of(instance.subject(), detector);
            if (verdict != null && !verdict.getDetector().isEmpty()) {
                said.add(verdict);
            }
        }
        return said;
    }

    private static TreeSet<String> watches(MonitorPlan plan, AlertPlan alert) {
        TreeSet<String> watches = new TreeSet<>();
        for (DetectorPlan detector : plan.detectors()) {
            if (alert.from().contains(detector.id())) {
                if (detector instanceof DetectorPlan.Rate rate) {
                    watches.addAll(rate.watches());
                } else if (detector instanceof DetectorPlan.Cap cap) {
                    watches.addAll(cap.watches());
                }
            }
        }
        return watches;
    }

    private static Instance instance(AlertPlan alert, String subject, boolean watch, List<Label> labels) {
        AlertLifecycle lifecycle = new AlertLifecycle(alert.forMs(), alert.keepFiringForMs());
        return new Instance(alert, lifecycle, subject, watch, labels, Fingerprint.of(labels));
    }

    private AlertInstance read(Instance instance) {
        byte[] bytes = state.get(Keys.alert(instance.alert().name(), instance.subject()));
        return bytes == null ? AlertInstance.INACTIVE : AlertInstance.fromBytes(bytes);
    }

    private void write(Instance instance, AlertInstance after) {
        String key = Keys.alert(instance.alert().name(), instance.subject());
        if (after.equals(AlertInstance.INACTIVE)) {
            state.remove(key);
        } else {
            state.put(key, after.toBytes());
        }
    }
}
