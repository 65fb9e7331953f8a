/**
 * The past, once more: replay of recorded traffic through the same pure cores, and the proof that it gives the same.
 *
 * <p>A replay reads {@code features} (exact, cheap) or {@code activations} (encoded again), drives the very classes that
 * ran live (gate and encoding, scorer, watch core) in one process with tree maps for stores, and compares pane digests
 * and alert cores with those in the log. Partitions are merged by their ticks, which bounds memory; the result does not
 * depend on it. What was live is read alongside and forgotten when it has been compared, so memory does not grow with the
 * range, only with the alerts in it. Nothing is written: outputs are muted, consumers belong to no group.
 *
 * <p>It starts from the last snapshot at or before the range; the empty state at the origin of the log is the first
 * snapshot. Without one, or under a changed spec, the result is marked approximate. What may differ is provenance only
 * (offsets, trace ids, code version); everything else that differs is named by pane, partition, block and feature.
 */
@NullMarked
package io.seismo.replay;

import org.jspecify.annotations.NullMarked;
