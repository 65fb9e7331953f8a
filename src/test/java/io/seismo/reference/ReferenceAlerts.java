package io.seismo.reference;

import io.seismo.spec.AlertPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.Label;
import io.seismo.wire.Severity;
import io.seismo.wire.VerdictCore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which alerts move in which pane: Prometheus's life cycle over the verdicts of all detectors. Every alert is followed
 * alone from the first pane to the last, which is only allowed since nothing an alert does depends on another, but for
 * baselines, which stand still while an alert on their entry is active. In the first pane of another epoch alerts that
 * its plan does not have end, and those that it has go on under its rules.
 */
final class ReferenceAlerts {

    private static final long RESOLVED_FOR_MS = 15 * 60_000;

    /**
     * A transition.
     *
     * @param watchPartition where its alert lives
     */
    record Move(int watchPartition, AlertCore core) {}

    /** One rule on one subject, and where it stands. */
    private static final class Alert {
        final AlertPlan rule;
        final String subject;
        final int home;
        final List<Label> labels;
        AlertState state = AlertState.ALERT_STATE_INACTIVE;
        long activeSince;
        long firingSince;
        long endedSince;
        long resolvedAt;

        Alert(AlertPlan rule, String subject, int home, List<Label> labels) {
            this.rule = rule;
            this.subject = subject;
            this.home = home;
            this.labels = labels;
        }

        boolean same(Alert other) {
            return rule.name().equals(other.rule.name())
                    && subject.equals(other.subject)
                    && fingerprint(labels).equals(fingerprint(other.labels));
        }

        void goOnFrom(Alert old) {
            state = old.state;
            activeSince = old.activeSince;
            firingSince = old.firingSince;
            endedSince = old.endedSince;
            resolvedAt = old.resolvedAt;
        }

        AlertCore.Builder core(AlertState from, AlertState to) {
            return AlertCore.newBuilder()
                    .setFingerprint(fingerprint(labels))
                    .addAllLabels(labels)
                    .setFrom(from)
                    .setTo(to);
        }
    }

    private MonitorPlan plan;
    private final ReferenceVerdicts verdicts;
    private List<Alert> alerts;

    private ReferenceAlerts(MonitorPlan plan) {
        this.plan = plan;
        this.verdicts = new ReferenceVerdicts(plan);
        this.alerts = alerts(plan);
    }

    /** Transitions by pane, in order. */
    static SortedMap<Long, List<Move>> follow(SortedMap<Long, ReferenceModel.Merged> merged) {
        SortedMap<Long, List<Move>> moves = new TreeMap<>();
        if (!merged.isEmpty()) {
            ReferenceAlerts all =
                    new ReferenceAlerts(merged.get(merged.firstKey()).plan());
            merged.forEach((pane, of) -> {
                List<Move> ended = all.plan.epoch() == of.plan().epoch() ? List.of() : all.succeed(of.plan(), pane);
                moves.put(pane, new ArrayList<>(ended));
                moves.get(pane).addAll(all.step(pane, of.tally()));
            });
        }
        return moves;
    }

    /** From this pane on another plan judges. What it does not have ends. */
    private List<Move> succeed(MonitorPlan next, long pane) {
        List<Move> ended = new ArrayList<>();
        List<Alert> heirs = alerts(next);
        for (Alert old : alerts) {
            Optional<Alert> heir = heirs.stream().filter(old::same).findFirst();
            if (heir.isPresent()) {
                heir.get().goOnFrom(old);
            } else if (old.state != AlertState.ALERT_STATE_INACTIVE) {
                AlertState to = old.state == AlertState.ALERT_STATE_FIRING
                        ? AlertState.ALERT_STATE_RESOLVED
                        : AlertState.ALERT_STATE_INACTIVE;
                AlertCore.Builder core = old.core(old.state, to)
                        .setPane(pane)
                        .setTimeMs(next.timing().end(pane))
                        .setActiveSinceMs(old.activeSince)
                        .setFiringSinceMs(old.firingSince);
                ended.add(new Move(old.home, core.build()));
            }
        }
        alerts = heirs;
        plan = next;
        verdicts.succeed(next, pane);
        return ended;
    }

    /** All alerts of a plan, in its order. */
    private static List<Alert> alerts(MonitorPlan plan) {
        List<Alert> alerts = new ArrayList<>();
        plan.alerts().forEach(rule -> place(plan, rule, alerts));
        return alerts;
    }

    private static void place(MonitorPlan plan, AlertPlan rule, List<Alert> alerts) {
        TreeSet<String> watches = new TreeSet<>();
        TreeSet<String> sources = new TreeSet<>();
        for (DetectorPlan detector : plan.detectors()) {
            if (!rule.from().contains(detector.id())) {
                continue;
            }
            if (detector instanceof DetectorPlan.Rate rate) {
                watches.addAll(rate.watches());
            } else if (detector instanceof DetectorPlan.Cap cap) {
                watches.addAll(cap.watches());
            } else {
                sources.add(detector.id());
            }
        }
        int homes = plan.shape().watchPartitions();
        for (String id : watches) {
            int home = ReferenceLayout.partition("w/" + id, homes);
            alerts.add(new Alert(rule, id, home, labels(plan, rule, plan.watch(id))));
        }
        for (String id : sources) {
            alerts.add(new Alert(rule, id, ReferenceLayout.partition(home(plan, id), homes), labels(plan, rule, id)));
        }
    }

    /** Where a detector of the monitor itself is: with what it looks at, if that has a place. */
    private static String home(MonitorPlan plan, String id) {
        for (DetectorPlan detector : plan.detectors()) {
            if (detector.id().equals(id) && detector instanceof DetectorPlan.OfEncoder of) {
                return "e/" + of.encoder();
            }
        }
        return "s/" + id;
    }

    private List<Move> step(long pane, PaneTally tally) {
        verdicts.judge(pane, tally);
        List<Move> moves = new ArrayList<>();
        long now = plan.timing().end(pane);
        for (Alert alert : alerts) {
            List<VerdictCore> said = verdicts.of(alert.subject, alert.rule.from());
            AlertState before = alert.state;
            long[] times = {alert.activeSince, alert.firingSince};
            move(alert, said.stream().anyMatch(VerdictCore::getDeviant), now);
            if (alert.state != before) {
                boolean over = alert.state == AlertState.ALERT_STATE_INACTIVE;
                moves.add(new Move(
                        alert.home,
                        alert.core(before, alert.state)
                                .setPane(pane)
                                .setTimeMs(now)
                                .setActiveSinceMs(over ? times[0] : alert.activeSince)
                                .setFiringSinceMs(over ? times[1] : alert.firingSince)
                                .addAllVerdicts(said)
                                .build()));
            }
        }
        verdicts.learn(this::quiet);
        return moves;
    }

    private boolean quiet(String watch) {
        return alerts.stream()
                .filter(alert -> alert.subject.equals(watch))
                .noneMatch(alert ->
                        alert.state == AlertState.ALERT_STATE_PENDING || alert.state == AlertState.ALERT_STATE_FIRING);
    }

    private static void move(Alert alert, boolean condition, long now) {
        boolean resting =
                alert.state == AlertState.ALERT_STATE_INACTIVE || alert.state == AlertState.ALERT_STATE_RESOLVED;
        if (resting && condition) {
            alert.state = alert.rule.forMs() == 0 ? AlertState.ALERT_STATE_FIRING : AlertState.ALERT_STATE_PENDING;
            alert.activeSince = now;
            alert.firingSince = alert.rule.forMs() == 0 ? now : 0;
            alert.endedSince = 0;
        } else if (alert.state == AlertState.ALERT_STATE_RESOLVED && now - alert.resolvedAt > RESOLVED_FOR_MS) {
            alert.state = AlertState.ALERT_STATE_INACTIVE;
        } else if (alert.state == AlertState.ALERT_STATE_PENDING && !condition) {
            alert.state = AlertState.ALERT_STATE_INACTIVE;
        } else if (alert.state == AlertState.ALERT_STATE_PENDING && now - alert.activeSince >= alert.rule.forMs()) {
            alert.state = AlertState.ALERT_STATE_FIRING;
            alert.firingSince = now;
        } else if (alert.state == AlertState.ALERT_STATE_FIRING && condition) {
            alert.endedSince = 0;
        } else if (alert.state == AlertState.ALERT_STATE_FIRING) {
            alert.endedSince = alert.endedSince == 0 ? now : alert.endedSince;
            if (now - alert.endedSince >= alert.rule.keepFiringForMs()) {
                alert.state = AlertState.ALERT_STATE_RESOLVED;
                alert.resolvedAt = now;
            }
        }
    }

    private static List<Label> labels(MonitorPlan plan, AlertPlan rule, WatchPlan watch) {
        Severity severity = rule.severity() == null ? watch.severity() : rule.severity();
        String team = rule.team().isEmpty() ? watch.team() : rule.team();
        return list(labels(plan, rule, severity, team), "watch", watch.id());
    }

    private static List<Label> labels(MonitorPlan plan, AlertPlan rule, String source) {
        Severity severity = rule.severity() == null ? Severity.SEVERITY_PAGE : rule.severity();
        return list(labels(plan, rule, severity, rule.team()), "source", source);
    }

    private static SortedMap<String, String> labels(MonitorPlan plan, AlertPlan rule, Severity severity, String team) {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put("alertname", rule.name());
        labels.put("deployment", plan.deployment());
        labels.put("model", plan.model());
        labels.put("revision", plan.revision());
        labels.put("severity", severity.name().substring("SEVERITY_".length()).toLowerCase(java.util.Locale.ROOT));
        if (!team.isEmpty()) {
            labels.put("team", team);
        }
        return labels;
    }

    private static List<Label> list(SortedMap<String, String> labels, String kind, String subject) {
        labels.put(kind, subject);
        List<Label> list = new ArrayList<>();
        labels.forEach((name, value) ->
                list.add(Label.newBuilder().setName(name).setValue(value).build()));
        return list;
    }

    private static String fingerprint(List<Label> labels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Label label : labels) {
            out.writeBytes(label.getName().getBytes(StandardCharsets.UTF_8));
            out.write(0xFF);
            out.writeBytes(label.getValue().getBytes(StandardCharsets.UTF_8));
            out.write(0xFF);
        }
        return HexFormat.of()
                .formatHex(ReferenceLayout.sha256(out.toByteArray()))
                .substring(0, 16);
    }
}
