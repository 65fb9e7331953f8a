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
 * <p>The rooms, each of which knows only those before it:
 *
 * <pre>
 *   weights             the canonical form and what it is made of: bytes, tensors, matrices
 *   weights.file        safetensors, npz, PyTorch files, read with every size checked and no pickle run
 *   weights.onnx        a user's model, as far as one must look into it
 *   weights.probe       one file with a probe of any form
 *   weights.family      one class for each way in which others publish SAEs
 *   weights.canonical   an imported SAE on disk
 *   weights.recorded    rows of a known prompt, beside which captured ones are held
 *   weights.load        the way in: a location becomes weights, or is imported
 * </pre>
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
