/**
 * From token signals to request scores: what one partition of {@code features} computes, record by record.
 *
 * <p>{@link io.seismo.score.PartitionScorer} is a deterministic state machine. It sees the feature records of its
 * partition in order and nothing else: no clock, no other partition, no thread. Its state (open requests, open panes,
 * sources, time) lives in memory and is written through {@link io.seismo.score.Journal}s after every record, so that a
 * Kafka Streams store, a replay's tree map and a test's map all serve.
 */
@NullMarked
package io.seismo.score;

import org.jspecify.annotations.NullMarked;
