/**
 * A user's ONNX model, understood only as far as must be to decide whether a runtime may see it.
 *
 * <p>{@link io.seismo.weights.onnx.OnnxModelReader} refuses custom operators, external data outside the model's
 * directory, and what is larger than a probe may be. What the model computes is not looked at.
 *
 * <p>Threads: no state is shared. Failure: {@link io.seismo.weights.WeightsException}, before a runtime is asked.
 */
@NullMarked
package io.seismo.weights.onnx;

import org.jspecify.annotations.NullMarked;
