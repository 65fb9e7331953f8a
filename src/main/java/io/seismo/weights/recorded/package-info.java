/**
 * What a prompt's rows were when they were recorded: the other half of a canary, and of the doctor's judgement.
 *
 * <p>{@link io.seismo.weights.recorded.RecordedRows} reads such a file, bounded, and is immutable from then on;
 * {@link io.seismo.weights.recorded.RowDistance} says how far apart two rows are, as a share of the recorded one's norm. What
 * the distance means is {@link io.seismo.activation}'s to say. Any thread may use both. A file that is not sound is refused with
 * its name and a remedy.
 */
@NullMarked
package io.seismo.weights.recorded;

import org.jspecify.annotations.NullMarked;
