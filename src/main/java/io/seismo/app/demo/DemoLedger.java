package io.seismo.app.demo;

import io.seismo.alert.AlertLabels;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Expected alerts against those that fired. */
final class DemoLedger {

    private final Map<DemoStory.Expectation, Boolean> met = new LinkedHashMap<>();
    private final List<String> unexpected = new ArrayList<>();
    private int fired;
    private int shadow;

    DemoLedger(DemoStory story) {
        story.expectations().forEach(expectation -> met.put(expectation, false));
    }

    /** Books a transition; gives the expectation it meets, or an empty string. */
    synchronized String book(AlertTransition transition) {
        if (transition.getCore().getTo() != AlertState.ALERT_STATE_FIRING) {
            return "";
        }
        if (isShadow(transition)) {
            shadow++;
            return "shadow";
        }
        for (Map.Entry<DemoStory.Expectation, Boolean> entry : met.entrySet()) {
            if (meets(transition, entry.getKey())) {
                // An alert may resolve and fire again while its cause lasts: that is the same cause, not a false page.
                boolean again = entry.setValue(true);
                fired += again ? 0 : 1;
                return entry.getKey().why() + (again ? ", still" : "");
            }
        }
        fired++;
        unexpected.add(name(transition));
        return "";
    }

    private static boolean isShadow(AlertTransition transition) {
        return label(transition, "severity").equals("shadow");
    }

    private static boolean meets(AlertTransition transition, DemoStory.Expectation expectation) {
        long at = transition.getCore().getTimeMs();
        return label(transition, "alertname").equals(expectation.alert())
                && (expectation.watch().isEmpty() || label(transition, "watch").equals(expectation.watch()))
                && at >= expectation.fromMs()
                && at <= expectation.toMs();
    }

    /** Value of a label; empty when the alert has none of that name. */
    static String label(AlertTransition transition, String name) {
        return AlertLabels.valueOrEmpty(transition.getCore().getLabelsList(), name);
    }

    /** Alert and watch entry, for people. */
    static String name(AlertTransition transition) {
        String watch = label(transition, "watch");
        return label(transition, "alertname") + (watch.isEmpty() ? "" : " " + watch);
    }

    synchronized int expected() {
        return met.size();
    }

    synchronized int fired() {
        return fired;
    }

    synchronized int shadow() {
        return shadow;
    }

    synchronized List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    /** Expectations with whether they were met, in order of the story. */
    synchronized Map<DemoStory.Expectation, Boolean> met() {
        return new LinkedHashMap<>(met);
    }

    /** Exactly the expected ones fired. */
    synchronized boolean exact() {
        return unexpected.isEmpty() && !met.containsValue(false);
    }
}
