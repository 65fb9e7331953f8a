/**
 * What features are thought to mean, and how often and how strongly they were seen to fire, as others have published it.
 *
 * <p>{@link io.seismo.labels.LabelImport} reads Neuronpedia's bulk exports (explanations and features, JSON lines, gzipped
 * or not), SAELens's {@code sparsity.safetensors} and CSV, and refuses what does not belong to the SAE at hand.
 * {@link io.seismo.labels.LabelFile} is the one form everything is kept in: JSON lines beside the SAE, the first of which
 * names the SAE by the digest of its weights.
 *
 * <p>A label is somebody's opinion, mostly a language model's. Each carries whose it is, and the words begin with
 * {@value io.seismo.labels.Label#THIRD_PARTY} unless it was imported as one's own; that text goes along wherever the label
 * is shown, also into {@code label_from} of a spec.
 *
 * <p>Units: dashboards publish activations times the norm of the decoder row (they fold it first). Such values are divided
 * by that norm here, so that {@code max} is in the units of the SAE's own encode, which are those of {@code fires_above};
 * the published value is kept beside it.
 *
 * <p>Text is hostile until read: lines of at most 4 MiB, 2^21 labels, 16 of one feature, 300 characters each, control
 * characters and marks that reorder text replaced, numbers finite and in their bounds, ids below d_sae. The first fault
 * ends the import; file and line are named and nothing is written.
 *
 * <p>Threads: one at a time. Failure: {@link io.seismo.weights.WeightsException}.
 */
@NullMarked
package io.seismo.labels;

import org.jspecify.annotations.NullMarked;
