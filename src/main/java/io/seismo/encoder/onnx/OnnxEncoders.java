package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.onnx.OnnxPlanEncoders.WholeSae;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Precision;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.weights.Matrix;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.util.List;

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
        return open(weights, watched, full, dtype, Arithmetic.PLAIN);
    }

    /**
     * Opens an encoder over loaded weights, computed in a certain way.
     *
     * @throws EncoderException also when a threshold is to stand in for top-k in weights that have none
     */
    public static Encoder open(
            EncoderWeights weights, List<Integer> watched, boolean full, Dtype dtype, Arithmetic arithmetic) {
        try {
            EncoderWeights used = arithmetic.thresholded() ? weights.thresholded(arithmetic.topkThreshold()) : weights;
            return open(watched, full, dtype, Parts.of(used, dtype, arithmetic, Packing.of(used.matrix()), false));
        } catch (WeightsException e) {
            throw new EncoderException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Opens what a plan needs whole, over its weights, which have the threshold for top-k already where there is one. */
    public static Encoder open(EncoderWeights weights, WholeSae sae) {
        return open(weights, sae.watched(), true, sae.dtype(), sae.arithmetic().unthresholded());
    }

    /** Opens an encoder whose full graph keeps W as asked; parameters as above. */
    public static Encoder open(
            EncoderWeights weights, List<Integer> watched, boolean full, Dtype dtype, Packing packing) {
        return open(watched, full, dtype, Parts.of(weights, dtype, Arithmetic.PLAIN, packing, false));
    }

    /** On the processor, with the full result made sparse in the graph, as it is on a GPU. */
    static Encoder openSparse(EncoderWeights weights, List<Integer> watched, Dtype dtype, Precision precision) {
        Packing packing = Packing.of(weights.matrix());
        return open(watched, true, dtype, Parts.of(weights, dtype, Arithmetic.in(precision), packing, true));
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
            return new OnnxEncoder(
                    new DescribedEncoder.Facts(
                            weights.manifest().source(),
                            weights.dIn(),
                            weights.width(),
                            features.length,
                            parts.fingerprint(features),
                            weights.manifest().digest()),
                    new OnnxEncoder.Graphs(dtype, features, watchGraph, fullGraph));
        } catch (RuntimeException e) {
            if (watchGraph != null) {
                watchGraph.close();
            }
            throw e instanceof WeightsException ? new EncoderException(String.valueOf(e.getMessage()), e) : e;
        }
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
                    Parts.of(weights, dtype, Arithmetic.PLAIN, Packing.of(weights.matrix()), false)
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
                Dtype.DTYPE_F32, weights.dIn(), weights.width(), Ending.onProcessor(weights.activation()));
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
            EncoderWeights weights, Dtype input, Arithmetic arithmetic, Packing packing, GraphLoader loader) {

        /** Rows that are normalised in Java reach the graph in fp32. */
        static Parts of(EncoderWeights weights, Dtype dtype, Arithmetic arithmetic, Packing packing, boolean sparse) {
            Dtype input = weights.norm() == InputNorm.NONE ? dtype : Dtype.DTYPE_F32;
            return new Parts(weights, input, arithmetic, packing, new GraphLoader(OnnxRuntime.get(), sparse));
        }

        LoadedGraph watch(int[] features) {
            float[] bias = new float[features.length];
            for (int c = 0; c < bias.length; c++) {
                bias[c] = weights.bias()[features[c]];
            }
            return load(weights.matrix().gather(features), Packing.PACKED, bias, false);
        }

        LoadedGraph full() {
            if (packing == Packing.MAPPED && arithmetic.precision() == Precision.FP32) {
                loader.digest().text("mapped");
            }
            return load(weights.matrix(), packing, weights.bias(), true);
        }

        private LoadedGraph load(Matrix matrix, Packing kept, float[] bias, boolean full) {
            LoadedGraph.Around around = new LoadedGraph.Around(
                    weights.norm(), weights.activation(), SparseScan.limits(weights.activation(), weights.width()));
            return loader.load(new GraphLoader.Wanted(input, matrix, kept, bias, full, around), arithmetic);
        }

        String fingerprint(int[] features) {
            OnnxDigest digest = loader.digest();
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
            return loader.fingerprint();
        }
    }
}
