/**
 * Alerts: their life cycle, their identity and the evidence they carry.
 *
 * <p><b>Life cycle.</b> {@link io.seismo.alert.AlertLifecycle} is Prometheus's state machine, word for word: inactive →
 * pending ({@code for}) → firing ({@code keep_firing_for}) → resolved → inactive. It is a pure function of the state
 * before, one bit (does any detector of the rule deviate) and the end of a pane; nothing here knows a clock. Engineers
 * already know these words, and a test holds the machine to a table of Prometheus's own cases. Two things differ, both
 * additions: every transition is logged, also the silent ones, so that a replay can be compared pane by pane; and
 * resolved is a state of its own with an end (fifteen minutes), so that the compacted topic of current alerts empties.
 *
 * <p><b>Identity.</b> An alert is its label set ({@link io.seismo.alert.AlertLabels}) and its key is a hash of it
 * ({@link io.seismo.alert.Fingerprint}). Labels come from the plan alone. A value, a request id or a piece of text in a
 * label would open a new alert each time and leak content into every receiver.
 *
 * <p><b>Evidence.</b> {@link io.seismo.alert.EvidenceBuilder} answers in the order a paged engineer asks: what and since
 * when, in counts against the usual; one account or everyone; is the monitor healthy; what false pages to expect; which
 * requests; what else fires; the line that replays it. Evidence is provenance and explanation; the
 * {@code AlertCore} next to it is what replay must reproduce byte for byte.
 *
 * <p><b>Invariants.</b> At most one transition per alert and pane. {@code firing_since >= active_since}. Times are pane
 * ends. State bytes carry a format version and unknown versions are refused. An evidence bundle is bounded: ten requests,
 * five co-firing lines, clipped strings.
 *
 * <p><b>Threads and failure.</b> Everything is immutable or built per call; nothing is shared. Wrong input (a plan that
 * lacks a detector the alert names, unsorted labels, bytes of an unknown version) throws with the name of what is wrong;
 * nothing is guessed.
 */
@NullMarked
package io.seismo.alert;

import org.jspecify.annotations.NullMarked;
