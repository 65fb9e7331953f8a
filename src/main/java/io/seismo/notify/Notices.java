package io.seismo.notify;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.Evidence;
import io.seismo.wire.Label;
import io.seismo.wire.Severity;
import io.seismo.wire.TopRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What of the log is worth telling. Pure. */
public final class Notices {

    /** How subjects of breaches begin. */
    static final String BREACH = "breach/";

    /** Breaches of one cap within this much event time are one notice; the rest are counted by the alert. */
    static final long BREACH_WINDOW_MS = 600_000;

    private final MonitorPlan plan;
    private final String cluster;

    /** @param plan gives the severity and team of breaches */
    public Notices(MonitorPlan plan) {
        this(plan, "");
    }

    /**
     * Notices whose replay command says where the log is: whoever is paged pastes it.
     *
     * @param plan gives the severity and team of breaches
     * @param bootstrap brokers of the log; empty when they are not known
     */
    public Notices(MonitorPlan plan, String bootstrap) {
        this.plan = plan;
        this.cluster = bootstrap.isEmpty() ? "" : " --bootstrap " + bootstrap + " --deployment " + plan.deployment();
    }

    /** A notice when an alert began to fire or resolved, unless it is a shadow. */
    public Optional<Notice> of(AlertTransition transition) {
        AlertCore core = transition.getCore();
        AlertState to = core.getTo();
        if (to != AlertState.ALERT_STATE_FIRING && to != AlertState.ALERT_STATE_RESOLVED) {
            return Optional.empty();
        }
        SortedMap<String, String> labels = new TreeMap<>();
        for (Label label : core.getLabelsList()) {
            labels.put(label.getName(), label.getValue());
        }
        Severity severity = severity(labels.getOrDefault("severity", ""));
        if (severity == Severity.SEVERITY_SHADOW) {
            return Optional.empty();
        }
        String state = to == AlertState.ALERT_STATE_FIRING ? "firing" : "resolved";
        return Optional.of(new Notice(
                core.getFingerprint() + "/" + state + "/" + core.getPane(),
                core.getFingerprint(),
                labels.getOrDefault("alertname", "Alert"),
                severity,
                to,
                labels,
                core.getTimeMs(),
                core.getFiringSinceMs(),
                complete(transition.getEvidence())));
    }

    private Evidence complete(Evidence evidence) {
        return evidence.getReplay().isEmpty() || cluster.isEmpty()
                ? evidence
                : evidence.toBuilder().setReplay(evidence.getReplay() + cluster).build();
    }

    /** A notice of a breach, unless its watch entry is a shadow or is no longer in the spec. */
    public Optional<Notice> of(Breach breach) {
        for (WatchPlan watch : plan.watches()) {
            if (watch.id().equals(breach.getWatch()) && watch.severity() != Severity.SEVERITY_SHADOW) {
                return Optional.of(breach(breach, watch));
            }
        }
        return Optional.empty();
    }

    private Notice breach(Breach breach, WatchPlan watch) {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put("alertname", "Breach");
        labels.put("deployment", plan.deployment());
        labels.put("detector", breach.getDetector());
        labels.put("model", breach.getModel());
        labels.put("revision", breach.getRevision());
        labels.put("watch", breach.getWatch());
        if (!watch.team().isEmpty()) {
            labels.put("team", watch.team());
        }
        String subject = BREACH + breach.getDetector() + "/" + breach.getWatch();
        return new Notice(
                subject + "/" + Math.floorDiv(breach.getTimestampMs(), BREACH_WINDOW_MS),
                subject,
                "Breach",
                watch.severity(),
                AlertState.ALERT_STATE_FIRING,
                labels,
                breach.getTimestampMs(),
                breach.getTimestampMs(),
                evidence(breach));
    }

    private Evidence evidence(Breach breach) {
        String summary = String.format(
                Locale.ROOT,
                "%s: a request scored %.1f, cap %.1f, at token %d",
                breach.getWatch(),
                breach.getScore(),
                breach.getAbove(),
                breach.getPosition());
        return Evidence.newBuilder()
                .setSummary(summary)
                .setCoverage(-1)
                .setTenants(breach.getTenantKey().isEmpty() ? 0 : 1)
                .setAccounts(breach.getAccountKey().isEmpty() ? 0 : 1)
                .addRevisions(breach.getRevision())
                .addTop(TopRequest.newBuilder()
                        .setWatch(breach.getWatch())
                        .setRequestId(breach.getRequestId())
                        .setScore(breach.getScore())
                        .addAllPeaks(breach.getPeaksList())
                        .setAccountKey(breach.getAccountKey())
                        .setTenantKey(breach.getTenantKey())
                        .setRevision(breach.getRevision())
                        .setOrigin(breach.getOrigin()))
                .setSpecHash(plan.specHash())
                .build();
    }

    private static Severity severity(String word) {
        return switch (word) {
            case "page" -> Severity.SEVERITY_PAGE;
            case "ticket" -> Severity.SEVERITY_TICKET;
            case "info" -> Severity.SEVERITY_INFO;
            case "shadow" -> Severity.SEVERITY_SHADOW;
            // Better one page too many than an alert that nobody is told about.
            default -> Severity.SEVERITY_PAGE;
        };
    }
}
