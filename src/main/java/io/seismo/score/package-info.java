/**
 * From token signals to request scores: what one partition of {@code features} computes, record by record.
 *
 * <p>{@link io.seismo.score.PartitionScorer} is a deterministic state machine. It sees the feature records of its
 * partition in order and nothing else: no clock, no other partition, no thread. Its parts keep one thing each: the
 * request book the open requests (found by id, evicted oldest first, expired by deadline), the pane book the open panes
 * and the next one to close, the source ledger what sources sent against what they said they served, the row scorer the
 * arithmetic of a row, the pane writer chunks and markers.
 *
 * <p>Invariants. A request's score is the maximum of a smoother over its scored tokens, so it never falls and crosses a
 * bound at most once; it fires in the pane of that crossing and is seen in the pane of its first row. Every row is
 * counted in {@code rows_seen} and then exactly once, under its kind or as an orphan; rows of canaries that matched are no
 * request's. Cutting the same rows into other
 * frames changes no score, no block and no total but {@code frames}. Floats are computed in one stated order; sums that
 * leave the partition are integers.
 *
 * <p>Time. Only ticks move it. At a tick, requests whose deadline has come close in order of (deadline, id), into the
 * pane of the tick; then every pane whose end and grace have passed closes in ascending order. Before the first tick no
 * pane is open: refusals from then are booked to the first one. The first pane to close is that of the first tick,
 * unless rows arrived for an earlier one that was still open.
 *
 * <p>State lives in memory and is written through {@link io.seismo.score.Journal}s before each record's processing
 * ends, so a Kafka Streams store, a replay's tree map and a test's map all serve. A scorer restored from its journals
 * after any record gives byte-equal output from there on. {@link io.seismo.score.PartitionScorer#snapshot} gives the
 * same entries. Every value starts with a format version.
 *
 * <p>Bounds: {@code max_open} requests, of each 8 peaks a watch entry and 4,096 fired features; 4,096 sources; panes
 * between grace behind and lead ahead of time; 5 suspects an entry and pane; chunks of 256 KiB; markers of at most 400
 * suspects. Integers saturate and the clippings are counted.
 *
 * <p>Failure: a record that breaks its own form throws before anything is counted; ENCODE never writes one.
 */
@NullMarked
package io.seismo.score;

import org.jspecify.annotations.NullMarked;
