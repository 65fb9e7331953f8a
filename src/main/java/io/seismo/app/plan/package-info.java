/**
 * What the encoders of a plan cost a process: graphs, work, memory, and whether they fit.
 *
 * <p>Everything is computed from shapes before a matrix is read, by the same rules the encoders are opened with
 * ({@link io.seismo.encoder.onnx.EncoderNeeds}); nothing is measured. Counted are weights and the buffers of threads that
 * encode. The Java heap, Kafka Streams and RocksDB are not: {@code topology} states the bounds of stores.
 *
 * <p>A plan that cannot fit is refused with the arithmetic rather than killed by the kernel later. Mapped files do not count
 * against the limit: the kernel may drop their pages. Where they do not fit beside the rest, that is said.
 *
 * <p>Threads: immutable records. Failure: {@link io.seismo.app.CommandFailure}.
 */
@NullMarked
package io.seismo.app.plan;

import org.jspecify.annotations.NullMarked;
