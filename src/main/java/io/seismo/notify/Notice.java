package io.seismo.notify;

import io.seismo.wire.AlertState;
import io.seismo.wire.Evidence;
import io.seismo.wire.Severity;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something people are told.
 *
 * @param dedupKey the same for every attempt at the same transition
 * @param subject notices with the same subject reach a receiver in order: an alert's fingerprint, or a breach's watch
 * @param name alert's name, or {@code Breach}
 * @param severity never shadow
 * @param state firing or resolved
 * @param labels identity of the alert, sorted
 * @param timeMs when it happened, event time
 * @param sinceMs when it began to fire
 * @param evidence answers for whoever is paged; no text of users
 */
public record Notice(
        String dedupKey,
        String subject,
        String name,
        Severity severity,
        AlertState state,
        SortedMap<String, String> labels,
        long timeMs,
        long sinceMs,
        Evidence evidence) {

    public Notice {
        labels = new TreeMap<>(labels);
        if (severity == Severity.SEVERITY_SHADOW || severity == Severity.SEVERITY_UNSPECIFIED) {
            throw new IllegalArgumentException("nobody is told about " + severity);
        }
    }

    /** Whether it is over as soon as it happened, so that nothing will resolve it. */
    public boolean isMoment() {
        return subject.startsWith(Notices.BREACH);
    }

    /** {@code firing} or {@code resolved}. */
    public String stateWord() {
        return state == AlertState.ALERT_STATE_RESOLVED ? "resolved" : "firing";
    }

    /** {@code page}, {@code ticket} or {@code info}. */
    public String severityWord() {
        return switch (severity) {
            case SEVERITY_PAGE -> "page";
            case SEVERITY_TICKET -> "ticket";
            case SEVERITY_INFO -> "info";
            case SEVERITY_SHADOW, SEVERITY_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("no notice");
        };
    }
}
