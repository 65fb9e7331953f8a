package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.onnx.LoadedGraph.Around;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.Matrix;
import io.seismo.wire.Dtype;
import java.util.TreeSet;

/**
 * Makes the graphs of an encoder or of a plan, each where and in what precision a spec wants it, or, where it allows, on the
 * processor. Remembers what makes their numbers.
 */
final class GraphLoader {

    private final OnnxRuntime runtime;
    private final boolean sparse;
    private final OnnxDigest digest = new OnnxDigest();
    private final TreeSet<String> places = new TreeSet<>();

    /**
     * A loader for what belongs together in one fingerprint.
     *
     * @param sparse whether results are made sparse in the graph wherever it runs, as they are on a GPU
     */
    GraphLoader(OnnxRuntime runtime, boolean sparse) {
        this.runtime = runtime;
        this.sparse = sparse;
    }

    /**
     * A multiplication.
     *
     * @param input element type of the rows that reach it
     * @param matrix W, [dIn, columns]
     * @param packing how W is kept where it is used as it is
     * @param bias c
     * @param full whether it is of all features, and what fired is looked for
     * @param around what is done before and after it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Wanted(Dtype input, Matrix matrix, Packing packing, float[] bias, boolean full, Around around) {

        private OnnxGraph graph(boolean sparse) {
            return graph(sparse, Precision.FP32);
        }

        private OnnxGraph graph(boolean sparse, Precision type) {
            Ending ending = !full
                    ? Ending.PLAIN
                    : sparse ? Ending.onDevice(around.activation()) : Ending.onProcessor(around.activation());
            return new OnnxGraph(input, matrix.rows(), matrix.columns(), ending, type);
        }

        private OrtGraphSession.Weights weights(Matrix used, Packing kept) {
            return new OrtGraphSession.Weights(
                    used, kept, OrtGraphSession.direct(bias), OrtGraphSession.direct(around.limits()));
        }
    }

    /** What has been made so far, and whatever else is told to it. */
    OnnxDigest digest() {
        return digest;
    }

    /** Runtime, places, instruction set and digest; ends the digest. */
    String fingerprint() {
        return runtime.description(places) + " sha256:" + digest.hex();
    }

    /**
     * Makes a session.
     *
     * @throws EncoderException when the device cannot be used and nothing may stand in, with the remedy
     */
    LoadedGraph load(Wanted wanted, Arithmetic arithmetic) {
        Device device = arithmetic.device();
        if (!device.gpu()) {
            return onProcessor(wanted, arithmetic.precision());
        }
        if (arithmetic.precision() == Precision.INT8) {
            throw new EncoderException("int8 runs on the processor, not on " + device.place());
        }
        try {
            return onDevice(wanted, arithmetic);
        } catch (EncoderException e) {
            if (!device.fallback()) {
                throw e;
            }
            DeviceFallbacks.report(device.place(), String.valueOf(e.getMessage()));
            return onProcessor(wanted, arithmetic.precision());
        }
    }

    /** What stands in later gives the form of results that the GPU gave, since buffers are made for that. */
    private LoadedGraph onDevice(Wanted wanted, Arithmetic arithmetic) {
        Device device = arithmetic.device();
        OnnxGraph graph = wanted.graph(true, arithmetic.precision());
        GraphSession session = OrtGraphSession.open(
                runtime.environment(), graph, wanted.weights(wanted.matrix, Packing.PACKED), device);
        if (device.fallback()) {
            session = new FallbackSession(
                    device.place(),
                    session,
                    () -> processorSession(wanted, wanted.graph(true), arithmetic.precision()));
        }
        note(arithmetic.precision(), graph.toBytes(), device.place());
        return new LoadedGraph(session, graph, wanted.around, RunSizes.BUCKETS);
    }

    private LoadedGraph onProcessor(Wanted wanted, Precision precision) {
        OnnxGraph graph = wanted.graph(sparse);
        boolean integers = precision == Precision.INT8;
        note(precision, integers ? new QuantisedGraph(graph).toBytes() : graph.toBytes(), "cpu");
        Packing kept = precision == Precision.FP32 ? wanted.packing : Packing.PACKED;
        RunSizes sizes = integers ? RunSizes.AS_THEY_COME : RunSizes.onProcessor(kept);
        return new LoadedGraph(processorSession(wanted, graph, precision), graph, wanted.around, sizes);
    }

    private GraphSession processorSession(Wanted wanted, OnnxGraph graph, Precision precision) {
        return switch (precision) {
            case FP32 ->
                OrtGraphSession.open(runtime.environment(), graph, wanted.weights(wanted.matrix, wanted.packing));
            case BF16, FP16 -> {
                Matrix rounded = Rounding.of(precision, wanted.matrix);
                yield OrtGraphSession.open(runtime.environment(), graph, wanted.weights(rounded, Packing.PACKED));
            }
            case INT8 -> {
                QuantisedGraph integers = new QuantisedGraph(graph);
                yield OrtGraphSession.open(
                        runtime.environment(),
                        integers,
                        QuantisedGraph.Quantised.of(wanted.matrix, integers.signed()),
                        wanted.weights(wanted.matrix, Packing.PACKED));
            }
        };
    }

    /** Of fp32 only the graph: its fingerprints are older than the other precisions. */
    private void note(Precision precision, byte[] graph, String place) {
        if (precision != Precision.FP32) {
            digest.text(precision.name());
        }
        digest.bytes(graph);
        places.add(place);
    }
}
