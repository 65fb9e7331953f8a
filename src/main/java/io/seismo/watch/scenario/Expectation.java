package io.seismo.watch.scenario;

import io.seismo.wire.AlertState;

/** What should be the case. */
sealed interface Expectation {

    /** Name of the alert rule. */
    String alert();

    /** The watch entry, or the id of the detector that reads a source. */
    String on();

    /**
     * A state at a time.
     *
     * @param summary the evidence of the transition into it contains this; may be empty
     */
    record StateAt(String alert, String on, long atMs, AlertState state, String summary) implements Expectation {}

    /** The state is entered for the first time within {@code (after, before]}. */
    record Reaches(String alert, String on, AlertState state, long afterMs, long beforeMs) implements Expectation {}

    /** The state is never entered. */
    record Never(String alert, String on, AlertState state) implements Expectation {}
}
