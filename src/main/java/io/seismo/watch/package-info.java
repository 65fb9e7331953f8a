/**
 * From partial panes to alerts: what one watch partition computes.
 *
 * <p>{@link io.seismo.watch.WatchCore} stores chunks as they come and, once the markers of all partitions for the next
 * pane are there, merges in ascending partition order, runs the detectors in id order, moves alerts, and only then lets
 * baselines learn. Nothing depends on the order in which partitions arrive; a test permutes it.
 */
@NullMarked
package io.seismo.watch;

import org.jspecify.annotations.NullMarked;
