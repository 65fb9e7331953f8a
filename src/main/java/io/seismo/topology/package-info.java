/**
 * The graph: how the pure cores of Seismo are wired to Kafka Streams.
 *
 * <p>Two applications. ENCODE reads {@code activations}, writes exactly one record to {@code features} for each, and in
 * the same task scores what it wrote: request scores, breaches, and partial panes to every watch partition. WATCH reads
 * only {@code pane-partials}, merges, detects, alerts. The shape is fixed in Java and the same for every spec: nodes,
 * stores and topics have the names in {@link io.seismo.topology.Names}, and adding a detector never changes any of them.
 * The goldens in {@code topology/} hold shape and stores still.
 *
 * <p>Time is in the records. No punctuator, window, suppress or global store is used, and no clock is read; the pure
 * cores move on ticks alone, which is what lets replay drive them without Kafka.
 *
 * <p>State is written before Streams commits: every record's changes are put into cached, logged stores (a reused array
 * for the blocks of an open pane), the cache is flushed to RocksDB and the changelog at commit, and under exactly-once
 * v2 outputs, changelog and offsets become visible together. A processor holds its working objects in memory, owns them
 * alone (one task, one thread), and rebuilds them from its stores in {@code init}, which Streams calls after restoring.
 *
 * <p>The only importer of Kafka Streams.
 */
@NullMarked
package io.seismo.topology;

import org.jspecify.annotations.NullMarked;
