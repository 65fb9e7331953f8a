/**
 * SAEs and probes as files, brought into one canonical form.
 *
 * <p>Published SAEs differ in file layout, in what they subtract from the input, in how they scale it and in the
 * activation function. All of them are turned, at load time, into {@link io.seismo.weights.EncoderWeights}:
 *
 * <pre>
 *   u   = norm(x)          none | centre | layer norm | constant norm, per row
 *   pre = u · W + c        W [d_in, d_sae] and c [d_sae] in fp32
 *   f   = act(pre)         relu | jumprelu | topk | groupmax; linear for a probe
 * </pre>
 *
 * Whatever a family subtracts or scales is folded into W and c in double precision, and the
 * {@link io.seismo.weights.Manifest} says what was folded. Everything after this package sees the canonical form only.
 *
 * <p>One class per family implements {@link io.seismo.weights.WeightFamily}; {@link io.seismo.weights.WeightLoader}
 * asks them in turn. A family refuses what it does not compute exactly, with the reason: a number that is silently wrong
 * is worse than none. Weights that are not finite, tensors of the wrong shape and settings without a meaning at
 * inference are refused in the same way.
 *
 * <p>A family that is one file of tensors implements {@code TensorFamily}: it says where W lies, perhaps as a transposed
 * view, and leaves the algebra to {@code Folding}. {@link io.seismo.weights.Tensors} hides whether the file is
 * safetensors, npz or PyTorch's; all three are read by code of this package that checks every size before it allocates,
 * and a pickle is never run.
 *
 * <p>W is brought over in the end and in pieces ({@code MatrixSource}), to memory or, by
 * {@link io.seismo.weights.SaeImport}, to a directory that {@code CanonicalFamily} maps from then on: a sealed manifest, the
 * numbers, digests of every file that is read. An import has the digest of its source, and gives the same bits.
 *
 * <p>A probe is one file, read by {@code ProbeFile} into a {@link io.seismo.weights.Probe}; a linear one is canonical
 * weights too. A user's ONNX is understood only as far as {@code OnnxModelReader} must, to decide whether a runtime may see it.
 *
 * <p>Weights come from a directory, from a file, or from the class path for locations that begin with {@code demo/}.
 * Files are memory-mapped, never read whole; an fp32 matrix is used where it lies, others are widened into direct
 * memory once. A mapped file must not be changed in place while it is in use: replace it by renaming.
 *
 * <p>Threads: everything here is immutable after construction. Failure: {@link io.seismo.weights.WeightsException}, whose
 * message names the file, the tensor and the remedy. Nothing here needs ONNX Runtime.
 */
@NullMarked
package io.seismo.weights;

import org.jspecify.annotations.NullMarked;
