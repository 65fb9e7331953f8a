/**
 * {@code seismo sae}: what an SAE or a probe is, what it makes of given rows, and whether the numbers are right.
 *
 * <p>Nothing here knows a family: what is read, and how, is asked of {@link io.seismo.weights.load.WeightLoader}; what is
 * computed, of the same encoder the pipeline runs. Figures are taken in {@code encoder.check}.
 *
 * <p>Results go to stdout, progress to stderr. A file is written beside its place and moved there when it is whole, so
 * that a command that fails leaves what was there. Failure: {@link io.seismo.app.cli.CommandFailure} with the file, the field
 * and the remedy; exit code 1.
 */
@NullMarked
package io.seismo.app.sae;

import org.jspecify.annotations.NullMarked;
