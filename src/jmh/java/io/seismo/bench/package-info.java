/**
 * {@code seismo bench}: what the pipeline does on this machine, each figure beside its limit measured in the same run.
 *
 * <p>A figure without its limit says more about the machine than about the program. So each command measures twice in
 * one process: the pipeline, and what nothing could beat (the bare runtime on the same rows, bare produce and consume on
 * the same broker, an application that does nothing), alternating where the machine's mood would else decide. The ratio
 * is what carries over to other machines.
 *
 * <p>The pipeline runs with production settings ({@link io.seismo.topology.StreamsSettings}) on an embedded broker in the
 * same process, which costs it cores a real broker would not take. Rows are Gaussian, weights random, thresholds such
 * that about 64 of 3,072 features fire: arithmetic costs the same as for trained ones.
 *
 * <p>This code lies in the test scope: it uses the broker, the chaos harness and package-private parts of the pipeline.
 * It reads clocks freely; the pipeline does not, so time shares come from sampling the stream thread's stack.
 *
 * <p>Failure: a run that lost or refused a record fails instead of giving a figure.
 */
@NullMarked
package io.seismo.bench;

import org.jspecify.annotations.NullMarked;
