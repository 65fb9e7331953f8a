/**
 * An imported SAE on disk: a sealed manifest and its numbers, to be mapped from then on.
 *
 * <p>{@link io.seismo.weights.canonical.CanonicalManifest} is the document and
 * {@link io.seismo.weights.canonical.DataWriter} writes the numbers;
 * {@link io.seismo.weights.canonical.CanonicalFamily} reads both back, checks the seal and the size of every file, and
 * gives the same bits as the conversion did. The format has a version and its JSON Schema is
 * {@code schemas/sae.schema.json}.
 *
 * <p>Threads: one writer for a directory; readers share nothing. Failure: {@link io.seismo.weights.WeightsException}.
 */
@NullMarked
package io.seismo.weights.canonical;

import org.jspecify.annotations.NullMarked;
