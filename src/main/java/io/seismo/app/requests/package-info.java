/**
 * {@code seismo requests}: captured requests of a deployment's log, as a file.
 *
 * <p>{@link io.seismo.app.requests.RequestsExportCommand} copies whole requests from {@code activations} into a
 * {@code .frames} file, which {@code features rank} and {@code init --frames} read. What is copied is decided by
 * {@link io.seismo.app.requests.RequestChoice} and cut out by {@link io.seismo.app.requests.FrameCut}; both are functions of
 * the log alone, so that the same log and options give the same file. The log is read without a group and nothing is
 * written to the cluster.
 *
 * <p>Bounds: requests open at once, bytes of the file; what goes beyond is told. The file is a draft beside its place
 * until it is whole. Rows can be inverted to the prompt: a file is as confidential as the topic.
 *
 * <p>Threads: one. Failure: {@link io.seismo.app.cli.CommandFailure}, and no file.
 */
@NullMarked
package io.seismo.app.requests;

import org.jspecify.annotations.NullMarked;
