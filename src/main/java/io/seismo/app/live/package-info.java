/**
 * A running deployment: roles in one process, their clocks, metrics and life cycle.
 *
 * <p>{@code seismo run} opens the spec, takes or makes the epoch, starts the roles it was asked for and serves their health
 * until it is told to stop or one of them fails; a role that failed ends the process, and whoever supervises it starts it
 * again from what was committed. The only wall clocks of the data path are here, and are handed in: the clock role's ticks
 * and the stall timer. Encoders are opened once for an epoch and shared by all stream threads.
 */
@NullMarked
package io.seismo.app.live;

import org.jspecify.annotations.NullMarked;
