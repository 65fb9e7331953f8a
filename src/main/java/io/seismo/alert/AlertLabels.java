package io.seismo.alert;

import io.seismo.spec.AlertPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.WatchPlan;
import io.seismo.wire.Label;
import io.seismo.wire.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The label set of an alert, which is its identity.
 *
 * <p>{@code alertname, deployment, model, revision, severity, team} (when given) and {@code watch}, or {@code source} for
 * an alert about the monitor itself. A source is named by its detector's id, because two detectors may read the same
 * source. Never a value, a request id or text: each new value would be a new alert.
 */
public final class AlertLabels {

    private AlertLabels() {}

    /** Labels of an alert rule on a watch entry. */
    public static List<Label> ofWatch(MonitorPlan plan, AlertPlan alert, WatchPlan watch) {
        Severity severity = alert.severity() == null ? watch.severity() : alert.severity();
        String team = alert.team().isEmpty() ? watch.team() : alert.team();
        TreeMap<String, String> labels = common(plan, alert, severity, team);
        labels.put("watch", watch.id());
        return list(labels);
    }

    /** Labels of an alert rule on a source of the monitor itself; a rule that names no severity pages. */
    public static List<Label> ofSource(MonitorPlan plan, AlertPlan alert, String detector) {
        Severity severity = alert.severity() == null ? Severity.SEVERITY_PAGE : alert.severity();
        TreeMap<String, String> labels = common(plan, alert, severity, alert.team());
        labels.put("source", detector);
        return list(labels);
    }

    /** The value of a label, or {@code null}. */
    public static @Nullable String value(List<Label> labels, String name) {
        for (Label label : labels) {
            if (label.getName().equals(name)) {
                return label.getValue();
            }
        }
        return null;
    }

    /** The value of a label, or an empty text. */
    public static String valueOrEmpty(List<Label> labels, String name) {
        String value = value(labels, name);
        return value == null ? "" : value;
    }

    private static TreeMap<String, String> common(MonitorPlan plan, AlertPlan alert, Severity severity, String team) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("alertname", alert.name());
        labels.put("deployment", plan.deployment());
        labels.put("model", plan.model());
        labels.put("revision", plan.revision());
        labels.put("severity", word(severity));
        if (!team.isEmpty()) {
            labels.put("team", team);
        }
        return labels;
    }

    private static String word(Severity severity) {
        return switch (severity) {
            case SEVERITY_SHADOW -> "shadow";
            case SEVERITY_INFO -> "info";
            case SEVERITY_TICKET -> "ticket";
            case SEVERITY_PAGE -> "page";
            case SEVERITY_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("an alert needs a severity");
        };
    }

    private static List<Label> list(TreeMap<String, String> labels) {
        List<Label> list = new ArrayList<>(labels.size());
        for (Map.Entry<String, String> label : labels.entrySet()) {
            list.add(Label.newBuilder()
                    .setName(label.getKey())
                    .setValue(label.getValue())
                    .build());
        }
        return List.copyOf(list);
    }
}
