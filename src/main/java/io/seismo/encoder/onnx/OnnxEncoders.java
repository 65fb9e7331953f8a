package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.spec.Device;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Matrix;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Opens SAEs and probes on ONNX Runtime. */
public final class OnnxEncoders {

    private OnnxEncoders() {}

    /**
     * Loads weights and opens an encoder.
     *
     * @param location a directory, a {@code .safetensors} file, or {@code demo/…} for those in the jar
     * @param watched features of the watch columns, ascending; 0 for a probe; may be empty
     * @param full whether all features will be asked for; without it, only the watched columns are kept in memory
     * @param dtype of the rows that will come; others are refused
     * @throws EncoderException when the weights are not sound or not supported, or the runtime cannot be loaded
     */
    public static Encoder open(String location, List<Integer> watched, boolean full, Dtype dtype) {
        try {
            return open(WeightLoader.load(location), watched, full, dtype);
        } catch (WeightsException e) {
            throw new EncoderException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Opens an encoder over loaded weights on the processor; parameters as above. */
    public static Encoder open(EncoderWeights weights, List<Integer> watched, boolean full, Dtype dtype) {
        return open(weights, watched, full, dtype, Device.CPU);
    }

    /** Opens an encoder over loaded weights on a device. */
    public static Encoder open(
            EncoderWeights weights, List<Integer> watched, boolean full, Dtype dtype, Device device) {
        return open(watched, full, dtype, Parts.of(weights, dtype, device, Packing.of(weights.matrix())));
    }

    /** Opens an encoder whose full graph keeps W as asked; parameters as above. */
    public static Encoder open(
            EncoderWeights weights, List<Integer> watched, boolean full, Dtype dtype, Packing packing) {
        return open(watched, full, dtype, Parts.of(weights, dtype, Device.CPU, packing));
    }

    private static Encoder open(List<Integer> watched, boolean full, Dtype dtype, Parts parts) {
        EncoderWeights weights = parts.weights();
        int[] features = features(weights, watched);
        boolean wholeRow = weights.activation().wholeRow();
        LoadedGraph watchGraph = null;
        LoadedGraph fullGraph = null;
        try {
            watchGraph = features.length == 0 || wholeRow ? null : parts.watch(features);
            fullGraph = full || (wholeRow && features.length > 0) ? parts.full() : null;
            OnnxEncoder.Facts facts = new OnnxEncoder.Facts(
                    weights.manifest().source(),
                    dtype,
                    weights.dIn(),
                    weights.width(),
                    features,
                    parts.fingerprint(features),
                    weights.manifest().digest());
            return new OnnxEncoder(facts, watchGraph, fullGraph);
        } catch (RuntimeException e) {
            if (watchGraph != null) {
                watchGraph.close();
            }
            throw e instanceof WeightsException ? new EncoderException(String.valueOf(e.getMessage()), e) : e;
        }
    }

    /**
     * Opens the full graph alone, with weights of less than fp32.
     *
     * @param dtype of the rows that will come
     */
    public static Encoder reduced(EncoderWeights weights, Dtype dtype, Precision precision) {
        try {
            boolean integers = precision == Precision.INT8;
            EncoderWeights rounded = integers ? weights : rounded(weights, precision);
            Parts parts = Parts.of(rounded, dtype, Device.CPU, Packing.PACKED);
            parts.digest().text(precision.name());
            LoadedGraph graph = integers ? parts.integers() : parts.full();
            return new OnnxEncoder(
                    new OnnxEncoder.Facts(
                            weights.manifest().source(),
                            dtype,
                            weights.dIn(),
                            weights.width(),
                            new int[0],
                            parts.fingerprint(new int[0]),
                            weights.manifest().digest()),
                    null,
                    graph);
        } catch (WeightsException e) {
            throw new EncoderException(String.valueOf(e.getMessage()), e);
        }
    }

    private static EncoderWeights rounded(EncoderWeights weights, Precision precision) {
        return new EncoderWeights(
                weights.manifest(),
                weights.matrix().map(precision::round),
                weights.bias(),
                weights.activation(),
                weights.norm());
    }

    /**
     * Opens the full graph alone, for what precedes the activation function.
     *
     * @param dtype of the rows that will come
     */
    public static OnnxPreActivations preActivations(EncoderWeights weights, Dtype dtype) {
        try {
            return new OnnxPreActivations(
                    dtype,
                    Parts.of(weights, dtype, Device.CPU, Packing.of(weights.matrix()))
                            .full());
        } catch (WeightsException e) {
            throw new EncoderException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The full graph of fp32 rows as a file that any ONNX Runtime opens: W in the file it lies in, all else inside.
     *
     * <p>Rows are to be normalised before it, the activation function follows after it; of thresholded features it marks
     * which fire. The runtime must be told the directory of W, unless the graph lies beside it.
     *
     * @throws EncoderException when W lies in no file
     */
    public static byte[] graph(EncoderWeights weights) {
        Matrix.Place place = weights.matrix()
                .place()
                .orElseThrow(() -> new EncoderException(weights.manifest().source() + " lies in no file"));
        OnnxGraph graph = new OnnxGraph(
                Dtype.DTYPE_F32,
                weights.dIn(),
                weights.width(),
                !weights.activation().wholeRow());
        return graph.toBytes(
                String.valueOf(place.file().getFileName()),
                place.offset(),
                weights.bias(),
                SparseScan.limits(weights.activation(), weights.width()));
    }

    private static int[] features(EncoderWeights weights, List<Integer> watched) {
        int[] features = watched.stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < features.length; i++) {
            if (features[i] < 0 || features[i] >= weights.width()) {
                throw new EncoderException(weights.manifest().source() + " has features 0 to " + (weights.width() - 1)
                        + ", not " + features[i]);
            }
            if (i > 0 && features[i] <= features[i - 1]) {
                throw new EncoderException(
                        "watched features must ascend, but " + features[i - 1] + " precedes " + features[i]);
            }
        }
        return features;
    }

    /** The graphs of one encoder being opened, and the digest over all that goes into them. */
    private record Parts(
            OnnxRuntime runtime,
            EncoderWeights weights,
            Dtype input,
            Device device,
            Packing packing,
            TreeSet<String> places,
            OnnxDigest digest) {

        /** Rows that are normalised in Java reach the graph in fp32. */
        static Parts of(EncoderWeights weights, Dtype dtype, Device device, Packing packing) {
            Dtype input = weights.norm() == InputNorm.NONE ? dtype : Dtype.DTYPE_F32;
            return new Parts(OnnxRuntime.get(), weights, input, device, packing, new TreeSet<>(), new OnnxDigest());
        }

        LoadedGraph watch(int[] features) {
            float[] bias = new float[features.length];
            for (int c = 0; c < bias.length; c++) {
                bias[c] = weights.bias()[features[c]];
            }
            return load(weights.matrix().gather(features), bias, false, Packing.PACKED);
        }

        LoadedGraph full() {
            if (packing == Packing.MAPPED) {
                digest.text("mapped");
            }
            return load(weights.matrix(), weights.bias(), !weights.activation().wholeRow(), packing);
        }

        private LoadedGraph load(Matrix matrix, float[] bias, boolean marked, Packing kept) {
            OnnxGraph graph = new OnnxGraph(input, matrix.rows(), matrix.columns(), marked);
            digest.bytes(graph.toBytes());
            float[] limits = SparseScan.limits(weights.activation(), weights.width());
            OrtGraphSession.Weights given = marked
                    ? new OrtGraphSession.Weights(
                            matrix, kept, OrtGraphSession.direct(bias), OrtGraphSession.direct(limits))
                    : new OrtGraphSession.Weights(matrix, kept, OrtGraphSession.direct(bias));
            GraphSession session = GraphSessions.open(runtime.environment(), graph, given, device);
            places.add(session.place());
            return loaded(session, graph, limits, RunSizes.of(session, kept));
        }

        LoadedGraph integers() {
            boolean marked = !weights.activation().wholeRow();
            OnnxGraph graph = new OnnxGraph(input, weights.dIn(), weights.width(), marked);
            QuantisedGraph quantised = new QuantisedGraph(graph);
            digest.bytes(quantised.toBytes());
            float[] limits = SparseScan.limits(weights.activation(), weights.width());
            OrtGraphSession.Weights given = new OrtGraphSession.Weights(
                    weights.matrix(),
                    Packing.PACKED,
                    OrtGraphSession.direct(weights.bias()),
                    OrtGraphSession.direct(limits));
            GraphSession session = OrtGraphSession.open(
                    runtime.environment(), quantised, QuantisedGraph.Quantised.of(weights.matrix()), given);
            return loaded(session, graph, limits, RunSizes.AS_THEY_COME);
        }

        private LoadedGraph loaded(GraphSession session, OnnxGraph graph, float[] limits, RunSizes sizes) {
            return new LoadedGraph(
                    session, graph, new LoadedGraph.Around(weights.norm(), weights.activation(), limits), sizes);
        }

        String fingerprint(int[] features) {
            digest.weights(weights.manifest(), weights.norm().name());
            digest.bytes(OrtGraphSession.direct(weights.bias()));
            Activation activation = weights.activation();
            if (activation instanceof Activation.JumpRelu jump) {
                digest.text("jumprelu");
                digest.bytes(OrtGraphSession.direct(jump.theta()));
            } else {
                digest.text(activation.toString());
            }
            for (int feature : features) {
                digest.text(Integer.toString(feature));
            }
            return runtime.description(places.isEmpty() ? Set.of("cpu") : places) + " sha256:" + digest.hex();
        }
    }
}
