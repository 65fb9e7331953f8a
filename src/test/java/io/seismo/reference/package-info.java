/**
 * An independent, slow, single-threaded model of Seismo: what a correct one must produce from the records of
 * {@code activations}, written from the rules and not from the code.
 *
 * <p>It keeps whole histories in memory and walks them once per concern: which records count
 * ({@link io.seismo.reference.ReferenceGate}), which epoch governs which pane
 * ({@link io.seismo.reference.ReferenceCalendar}) and what means the same in two of them
 * ({@link io.seismo.reference.ReferenceMeaning}), what their rows say ({@link io.seismo.reference.ReferenceRows}), which
 * requests there were and how they ended ({@link io.seismo.reference.ReferenceRequests}), what each pane counts
 * ({@link io.seismo.reference.ReferenceStatistics}), and which alerts moved
 * ({@link io.seismo.reference.ReferenceAlerts}). It shares with production only the wire schema, the plan, the encoder
 * interface and, for alerts, the pure detector and baseline classes, which have oracles of their own.
 *
 * <p>The documented byte layouts are written a second time here, so that a digest that agrees says that content, order
 * and layout all agree. When the two disagree, neither is right by definition: the rules decide.
 */
@NullMarked
package io.seismo.reference;

import org.jspecify.annotations.NullMarked;
