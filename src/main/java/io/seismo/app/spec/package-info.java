/**
 * What can be asked of a spec before it runs: is it valid, what will it do, does it catch what it should.
 *
 * <p>{@code validate}, {@code plan}, {@code test}, {@code detectors design} and {@code receivers test}. All but the last
 * need neither a cluster nor a network; the last sends one message that says it is a test.
 *
 * <p>What encoders cost (graphs, work, memory, whether they fit) is computed from shapes before a matrix is read, by the same
 * rules they are opened with; nothing is measured. Counted are weights and the buffers of threads that encode; the Java
 * heap, Kafka Streams and RocksDB are not. A plan that cannot fit is refused with the arithmetic rather than killed by
 * the kernel later. Mapped files do not count against the limit: the kernel may drop their pages.
 */
@NullMarked
package io.seismo.app.spec;

import org.jspecify.annotations.NullMarked;
