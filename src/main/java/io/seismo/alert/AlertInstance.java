package io.seismo.alert;

import io.seismo.wire.AlertState;
import java.nio.ByteBuffer;

/**
 * Where one alert stands: state of one (alert rule, watch entry or source).
 *
 * <p>Times are pane ends in ms since 1970 UTC; 0 stands for "has not happened" (panes before 1970 are refused at the
 * door).
 *
 * @param state where it stands
 * @param activeSinceMs when the condition first held in this activation; 0 when inactive
 * @param firingSinceMs when it began to fire; 0 before
 * @param endedSinceMs when the condition stopped while the alert keeps firing; 0 while the condition holds
 * @param resolvedAtMs when it resolved; 0 unless resolved
 */
public record AlertInstance(
        AlertState state, long activeSinceMs, long firingSinceMs, long endedSinceMs, long resolvedAtMs) {

    /** Nothing is wrong and nothing was lately. */
    public static final AlertInstance INACTIVE = new AlertInstance(AlertState.ALERT_STATE_INACTIVE, 0, 0, 0, 0);

    private static final byte VERSION = 1;
    private static final int BYTES = 2 + 4 * Long.BYTES;

    public AlertInstance {
        if (state == AlertState.ALERT_STATE_UNSPECIFIED || state == AlertState.UNRECOGNIZED) {
            throw new IllegalArgumentException("an alert needs a state");
        }
        if (activeSinceMs < 0 || firingSinceMs < 0 || endedSinceMs < 0 || resolvedAtMs < 0) {
            throw new IllegalArgumentException("times of an alert must not be negative");
        }
    }

    /** Whether baselines must hold still: pending or firing. */
    public boolean active() {
        return state == AlertState.ALERT_STATE_PENDING || state == AlertState.ALERT_STATE_FIRING;
    }

    /** Format version 1: version, state number, then the four times, big-endian. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .put(VERSION)
                .put((byte) state.getNumber())
                .putLong(activeSinceMs)
                .putLong(firingSinceMs)
                .putLong(endedSinceMs)
                .putLong(resolvedAtMs)
                .array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException for another version or length
     */
    public static AlertInstance fromBytes(byte[] bytes) {
        if (bytes.length != BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException("alert state of version " + (bytes.length == 0 ? "none" : bytes[0])
                    + " and " + bytes.length + " bytes cannot be read; this program reads version 1 of 34 bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
        AlertState state = AlertState.forNumber(in.get());
        if (state == null) {
            throw new IllegalArgumentException("alert state has an unknown state number");
        }
        return new AlertInstance(state, in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
