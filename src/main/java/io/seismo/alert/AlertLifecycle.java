package io.seismo.alert;

import io.seismo.wire.AlertState;

/**
 * Prometheus's alert life cycle as a pure function of state, condition and event time.
 *
 * <p>Source of the semantics: {@code rules/alerting.go} of Prometheus, {@code AlertingRule.Eval}. In words:
 *
 * <ul>
 *   <li>the condition begins to hold: pending, or firing at once when {@code for} is zero;
 *   <li>pending and the condition has held for {@code for}: firing;
 *   <li>pending and the condition stops: inactive, silently — the transition is logged but never notified;
 *   <li>firing and the condition stops: keeps firing until {@code keep_firing_for} has passed since the first pane
 *       without it, then resolved; the condition coming back clears that timer;
 *   <li>resolved for more than fifteen minutes: inactive; the condition coming back starts a new activation.
 * </ul>
 *
 * <p>At most one transition happens per pane, so "the state differs" and "there is a transition" are the same. Two panes
 * of the same time give the same answer: a step is idempotent in time.
 *
 * @param forMs how long the condition must hold before the alert fires
 * @param keepFiringForMs how long it keeps firing after the condition stopped
 */
public record AlertLifecycle(long forMs, long keepFiringForMs) {

    /** How long a resolved alert is remembered as resolved; Prometheus's {@code resolvedRetention}. */
    public static final long RESOLVED_RETENTION_MS = 15 * 60_000L;

    public AlertLifecycle {
        if (forMs < 0 || keepFiringForMs < 0) {
            throw new IllegalArgumentException("durations must not be negative");
        }
    }

    /**
     * The state after a pane.
     *
     * @param before state after the previous pane
     * @param condition whether any detector of the rule is deviant
     * @param timeMs end of the pane
     */
    public AlertInstance next(AlertInstance before, boolean condition, long timeMs) {
        return switch (before.state()) {
            case ALERT_STATE_INACTIVE -> condition ? activate(timeMs) : before;
            case ALERT_STATE_PENDING -> pending(before, condition, timeMs);
            case ALERT_STATE_FIRING -> firing(before, condition, timeMs);
            case ALERT_STATE_RESOLVED -> resolved(before, condition, timeMs);
            case ALERT_STATE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalStateException("an alert needs a state");
        };
    }

    private AlertInstance activate(long timeMs) {
        return forMs == 0
                ? new AlertInstance(AlertState.ALERT_STATE_FIRING, timeMs, timeMs, 0, 0)
                : new AlertInstance(AlertState.ALERT_STATE_PENDING, timeMs, 0, 0, 0);
    }

    private AlertInstance pending(AlertInstance before, boolean condition, long timeMs) {
        if (!condition) {
            return AlertInstance.INACTIVE;
        }
        boolean due = timeMs - before.activeSinceMs() >= forMs;
        return due ? new AlertInstance(AlertState.ALERT_STATE_FIRING, before.activeSinceMs(), timeMs, 0, 0) : before;
    }

    private AlertInstance firing(AlertInstance before, boolean condition, long timeMs) {
        if (condition) {
            return ending(before, 0);
        }
        long ended = before.endedSinceMs() == 0 ? timeMs : before.endedSinceMs();
        if (timeMs - ended < keepFiringForMs) {
            return ending(before, ended);
        }
        return new AlertInstance(
                AlertState.ALERT_STATE_RESOLVED, before.activeSinceMs(), before.firingSinceMs(), 0, timeMs);
    }

    private AlertInstance resolved(AlertInstance before, boolean condition, long timeMs) {
        if (condition) {
            return activate(timeMs);
        }
        return timeMs - before.resolvedAtMs() > RESOLVED_RETENTION_MS ? AlertInstance.INACTIVE : before;
    }

    private static AlertInstance ending(AlertInstance firing, long endedSinceMs) {
        return new AlertInstance(
                AlertState.ALERT_STATE_FIRING, firing.activeSinceMs(), firing.firingSinceMs(), endedSinceMs, 0);
    }
}
