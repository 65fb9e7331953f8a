/**
 * Readers of the files that hold tensors, and of the folders they lie in.
 *
 * <p>{@link io.seismo.weights.file.Tensors} hides whether a file is safetensors, npz or PyTorch's. A reader takes the
 * header only, checks every offset, size and count against the file before it allocates, and gives tensors that are
 * mapped when they are asked for. A pickle is never run: {@code Pickle} knows the few operations that a state dict
 * needs and refuses the others by name.
 *
 * <p>{@link io.seismo.weights.file.WeightFolder} is where weights lie: a directory, a file, or resources of the jar.
 *
 * <p>Threads: everything is immutable after construction. Failure: {@link io.seismo.weights.WeightsException}; a file
 * that is not sound is refused whole.
 */
@NullMarked
package io.seismo.weights.file;

import org.jspecify.annotations.NullMarked;
