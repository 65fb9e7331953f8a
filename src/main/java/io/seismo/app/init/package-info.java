/**
 * {@code seismo init}: from an SAE and a few captured requests to a spec, if the two belong together.
 *
 * <p>{@link io.seismo.app.init.FrameSurvey} looks at the rows once: what the pipeline would refuse, how long rows are, what
 * fires, how much of the rows the SAE gives back. {@link io.seismo.app.init.FrameChecks} judges that. Only when nothing
 * fails is a spec written, once it was parsed and planned as {@code validate} and {@code plan} do; an existing file is never
 * overwritten.
 *
 * <p>Memory: a few numbers a feature and the norms of a million rows. Threads: one. Failure:
 * {@link io.seismo.app.cli.CommandFailure}; exit code 1.
 */
@NullMarked
package io.seismo.app.init;

import org.jspecify.annotations.NullMarked;
