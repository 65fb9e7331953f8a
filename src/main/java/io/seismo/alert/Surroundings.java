package io.seismo.alert;

import io.seismo.wire.TopRequest;
import java.util.List;

/**
 * What WATCH knows about the panes an alert is about.
 *
 * @param accounted rows seen of sources that send heartbeats, over the alert's window
 * @param served rows those sources said they served; 0 when none said
 * @param refused records refused over the window
 * @param top suspects of the window, highest score first
 * @param coFiring other entries and features that fired more than usual, strongest first
 */
public record Surroundings(long accounted, long served, long refused, List<TopRequest> top, List<String> coFiring) {

    /** Nothing is known. */
    public static final Surroundings NONE = new Surroundings(0, 0, 0, List.of(), List.of());

    public Surroundings {
        top = List.copyOf(top);
        coFiring = List.copyOf(coFiring);
        if (accounted < 0 || served < 0 || refused < 0) {
            throw new IllegalArgumentException("counts must not be negative");
        }
    }

    /** Rows accounted over rows served, at most 1; −1 when nothing was said to be served. */
    public double coverage() {
        return served == 0 ? -1 : Math.min(1.0, (double) accounted / served);
    }
}
