/**
 * Panes as bytes: the blocks that SCORE fills, sends and WATCH merges.
 *
 * <p>Event time is cut into panes of fixed length. What one partition learns in a pane is a set of <em>blocks</em>, each
 * under a {@link io.seismo.window.BlockKey}: a {@link io.seismo.window.WatchBlock} per watch entry and a
 * {@link io.seismo.window.FeatureBlock} per 256 neighbouring features of an encoder, and a
 * {@link io.seismo.window.FidelityBlock} per encoder that a detector of the monitor itself looks at. A block is one byte array that is
 * updated in place, so that putting it into a store costs no conversion, and every block has exactly one canonical
 * encoding, so that a digest of bytes is a digest of content.
 *
 * <p>Laws, each with a seeded test: merging is commutative and associative, also where counters saturate, because all
 * summed quantities are non-negative integers clipped at their maximum (min(a + b, MAX) is a commutative monoid) and
 * the rest are maxima; encoding and decoding are inverse; equal content gives equal bytes. Real-valued sums are 48.16
 * fixed-point integers, so no order of addition can change them. Only the <em>number of reports</em> of a clipped
 * addition may depend on the order of merging; whether there was one does not.
 *
 * <p>Every stored value starts with a format version. Version 1 is frozen by golden bytes in
 * {@code src/test/resources/state/v1}; a reader accepts the current and the previous version and refuses anything else
 * with an {@link java.lang.IllegalArgumentException} that names the offending field. Decoders check lengths before they
 * allocate, so hostile bytes cost no more than their own size.
 *
 * <p>Threads: blocks are plain mutable objects without locks, owned by one task. Pure: no clock, no randomness, no
 * framework.
 */
@NullMarked
package io.seismo.window;

import org.jspecify.annotations.NullMarked;
