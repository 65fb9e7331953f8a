/**
 * {@code seismo features}: which features to watch, and what they are thought to mean.
 *
 * <p>The statistics are those of {@link io.seismo.contrast}; here files are opened, encoders run, and results become text,
 * JSON, a Markdown card, a spec. What is written is parsed by the reader that will meet it before it is moved to its place.
 *
 * <p>Time comes from the {@link java.time.InstantSource} a command is made with. Results go to stdout, progress to stderr.
 * Failure: {@link io.seismo.app.cli.CommandFailure} with file, place and remedy; exit code 1.
 */
@NullMarked
package io.seismo.app.features;

import org.jspecify.annotations.NullMarked;
