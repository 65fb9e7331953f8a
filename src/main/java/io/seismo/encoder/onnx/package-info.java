/**
 * Encoders that run in ONNX Runtime; the only importer of {@code ai.djl} and {@code ai.onnxruntime}.
 *
 * <p>An SAE becomes up to two graphs, both {@code [Cast →] MatMul → Add}, from rows as captured to fp32
 * pre-activations: the <em>watch</em> graph holds only the columns of watched features, the <em>full</em> graph all of
 * them. How a graph goes on from there is its {@code Ending}. On the processor the full graph also
 * marks, a byte each, which pre-activations are above their limits, so that Java need not compare every one; top-k and the
 * change to sparse form happen in Java, where they cost less than as ONNX nodes. On a GPU, from where every result has to be
 * copied, both happen in the graph: what fired comes back as places and values, of top-k the k largest. A top-k SAE has no watch
 * graph and no marks, since whether a feature is among the k largest depends on all of them; a calibrated threshold in place of
 * top-k ({@code EncoderWeights.thresholded}) makes it an SAE like others.
 *
 * <p>A graph is fp32, or as its {@link io.seismo.spec.Precision} says: bf16 and fp16 round W on the processor and are the type of
 * the multiplication on a GPU; int8 is {@code QuantisedGraph}, with exact sums. {@code GraphLoader} decides all of this, and what of
 * it goes into a fingerprint.
 *
 * <p>Live, the encoders of a plan are opened together by {@link io.seismo.encoder.onnx.OnnxPlanEncoders}: the watched
 * columns of all SAEs and probes that read the same rows are one matrix for each device, precision and input norm, so a hook point
 * mostly costs one multiplication however many entries look at it. Heads on features read the values that multiplication gave. An SAE that must be computed whole
 * (top-k, groups) is asked through its full graph. Users' models in ONNX have sessions of their own, made from checked bytes
 * with external data from memory, so the runtime never opens a path.
 *
 * <p>A matrix that lies in a file as it is needed is named to the session as external data, which the runtime maps itself;
 * others are handed over as external initialisers in direct memory. Large ones are left unpacked ({@code Packing}). The graph
 * itself stays under two kilobytes. Input and output tensors lie on reused direct buffers, so a call copies the rows in once and
 * reads the result where the runtime wrote it. Large calls are cut into runs of at most 512 rows and 32 MiB of output (and a quarter of that in marks),
 * which bounds native memory for each thread that encodes at the same time.
 *
 * <p>The runtime is loaded by DJL's engine, and only then is its environment used directly; see the decision page
 * {@code 0002-onnx-runtime-through-djl}. One thread per call and no spinning: stream threads give the parallelism.
 *
 * <p>Invariants: a row gives the same bits in every batch on one machine type (a test watches it), and
 * {@link io.seismo.encoder.Encoder#fingerprint()} differs whenever the runtime, the instruction set, the graphs or the
 * weights do. Threads: encoders are shared; working memory is lent per call; {@code close} waits for calls in flight.
 * Failure: {@link io.seismo.encoder.EncoderException}, before anything is written to the output where the input is at
 * fault.
 */
@NullMarked
package io.seismo.encoder.onnx;

import org.jspecify.annotations.NullMarked;
