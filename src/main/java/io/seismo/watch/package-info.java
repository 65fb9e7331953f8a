/**
 * From partial panes to alerts: what one watch partition computes.
 *
 * <p>{@link io.seismo.watch.WatchCore} receives what the P partitions of {@code features} say about each pane, chunks
 * first, then a marker. It stores chunks as they come and merges a pane once every partition has closed it and all
 * announced chunks are here. Per merged pane, in this order:
 *
 * <ol>
 *   <li>contributions are merged in ascending partition order; suspects are cut by score, then request id, then partition;
 *   <li>every detector judges on the old baseline, in id order, entries in id order. Windows are aligned groups of panes;
 *       between their ends the last verdict holds;
 *   <li>alerts move: rules by name, entries by id. A transition carries its evidence;
 *   <li>baselines learn from windows that ended, unless an alert on the entry is pending or firing now;
 *   <li>roll-ups take the pane in; a digest is written; at a full hour the state is written as a snapshot.
 * </ol>
 *
 * <p><b>Order does not matter.</b> Outputs are a function of what each partition said in its own order, never of how the
 * partitions interleave; a test permutes them. Two things can only depend on arrival, and are therefore explicit: which
 * partitions a forced closing left out, which the pane's digest names so that a replay can leave them out too; and counts
 * of what was ignored, which are telemetry.
 *
 * <p><b>Time</b> is the end of the pane being merged. Nothing else moves it. The first pane is the smallest first pane
 * over the first markers of all partitions; a partition whose first marker starts later has closed what lies before.
 *
 * <p><b>Epochs.</b> A pane is judged by the plan of the newest epoch some partition counted it under, which markers tell;
 * epochs only rise. In the first pane of a new one, before anything is judged, alerts that the new plan does not have
 * resolve, and what means something else under it is forgotten: see {@code Succession}. Nothing here depends on when a
 * process heard of the change.
 *
 * <p><b>State.</b> Everything that must survive is in {@link io.seismo.watch.KeyedState} when a record has been accepted;
 * objects may be thrown away between any two records. Keys and their bounds are listed in one place, each value starts
 * with a format version. What arrives twice changes nothing: a chunk is known by its pane, partition and first key, a
 * marker by its pane and partition; what belongs to merged panes is ignored. Both are counted.
 *
 * <p><b>Bounds.</b> While one partition stalls, the others pile up: at most 2,160 waiting markers each (six hours of
 * ten-second panes, as long as activations are kept). Beyond that the oldest pane is closed by force and the digest says
 * who was left out. A digest lists block prefixes up to 384 KiB, a snapshot chunk holds 256 KiB or one larger entry.
 *
 * <p><b>Failure.</b> A partial that breaks the format is counted and not stored, so its pane waits visibly instead of
 * killing the task again after each restart; the clock role pages about overdue panes, and closing one by force is an
 * explicit record. Stored bytes of an unknown version throw: going on from state that cannot be read would be guessing.
 *
 * <p><b>Threads.</b> One instance, one thread, one state.
 */
@NullMarked
package io.seismo.watch;

import org.jspecify.annotations.NullMarked;
