/**
 * What every command is made of: how it finds a cluster and a spec, how it speaks and how it fails.
 *
 * <p>A command writes its result to standard output, as text or with {@code --json} as one JSON document, and everything
 * that is not the result (progress, warnings) to standard error. What the user can mend is a {@link
 * io.seismo.app.cli.CommandFailure}: one line that names what failed and one that names the remedy, without a stack trace
 * unless {@code --debug} asks for it. Exit codes are honest: 0 done, 1 failed or found something, 2 wrong usage.
 *
 * <p>Nothing here knows a command; commands know this.
 */
@NullMarked
package io.seismo.app.cli;

import org.jspecify.annotations.NullMarked;
