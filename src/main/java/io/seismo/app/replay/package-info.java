/**
 * Replay from the command line: ranges, sources, progress, and the verdict of verify.
 *
 * <p>The driver is {@link io.seismo.replay}; here it is found what to replay (a kept directory or a cluster), with which
 * plans, and how the answer is told. Nothing is written to the cluster.
 */
@NullMarked
package io.seismo.app.replay;

import org.jspecify.annotations.NullMarked;
