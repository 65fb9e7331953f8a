/**
 * The log of epochs, read and written: which spec governs which panes.
 *
 * <p>{@link io.seismo.app.epochs.LoggedPlans} is the only reader, live and in replay, so that both take the same record for
 * the same number: the first. {@link io.seismo.app.epochs.EpochBook} compares the spec of a starting process with the
 * newest epoch and announces a new one a lead ahead when they differ. {@link io.seismo.app.epochs.EpochSchedule} says which
 * numbers a tick carries. A process that runs on learns of new epochs from the log, never from its file.
 */
@NullMarked
package io.seismo.app.epochs;

import org.jspecify.annotations.NullMarked;
