/**
 * The ways in which others publish SAEs, and the algebra that brings each into canonical form.
 *
 * <p>One class per family implements {@link io.seismo.weights.family.WeightFamily}. A family refuses what it does not
 * compute exactly, with the reason: a number that is silently wrong is worse than none. Weights that are not finite,
 * tensors of the wrong shape and settings without a meaning at inference are refused in the same way.
 *
 * <p>A family that is one file of tensors implements {@code TensorFamily}: it says where W lies, perhaps as a transposed
 * view, and leaves the algebra to {@code Folding}. What comes out is a {@link io.seismo.weights.family.Conversion}, whose
 * matrix has not been read: W is brought over in the end and in pieces, to memory or to a file.
 *
 * <p>Threads: families have no state. Failure: {@link io.seismo.weights.WeightsException}.
 */
@NullMarked
package io.seismo.weights.family;

import org.jspecify.annotations.NullMarked;
