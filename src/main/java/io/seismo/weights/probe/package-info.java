/**
 * A probe: a function from a row of activations, or from features of an SAE, to a score or a few.
 *
 * <p>{@link io.seismo.weights.probe.ProbeFile} reads a file into a {@link io.seismo.weights.probe.Probe}: linear, a
 * perceptron, trees, or a model in ONNX. A linear one is canonical weights too, and
 * {@link io.seismo.weights.probe.FittedProbe} writes the file of one that was fitted here.
 *
 * <p>Threads: everything is immutable after construction. Failure: {@link io.seismo.weights.WeightsException}.
 */
@NullMarked
package io.seismo.weights.probe;

import org.jspecify.annotations.NullMarked;
