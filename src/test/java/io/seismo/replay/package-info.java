/**
 * Replay against a live run: the pure cores driven twice, in memory and on a real broker.
 *
 * <p>{@link io.seismo.replay.LiveRun} stands in for the processors: it drives gate, scorers and watch cores in an order of
 * its own, and keeps what would be in the topics. Every law has a control that breaks it.
 */
@NullMarked
package io.seismo.replay;

import org.jspecify.annotations.NullMarked;
