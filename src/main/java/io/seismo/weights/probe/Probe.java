package io.seismo.weights.probe;

import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Manifest;
import io.seismo.weights.Matrix;
import io.seismo.weights.WeightsException;
import io.seismo.weights.onnx.OnnxModel;
import java.util.List;
import java.util.Locale;

/**
 * A function from a row of activations, or from features of an SAE, to one score or a few.
 *
 * <p>A feature head names the features it reads; one that names none reads as many as it has inputs, in order.
 */
public sealed interface Probe {

    /** Where it comes from. */
    Manifest manifest();

    /** {@code linear}, {@code mlp}, {@code trees} or {@code onnx}. */
    String form();

    /** How many values it reads. */
    int inputs();

    /** How many scores it gives. */
    int outputs();

    /** Features of an SAE that are its inputs, in the order of its inputs; empty when its file names none. */
    List<Integer> features();

    /** Columns of a multiplication with rows that it begins with; 0 when it does not begin so. */
    int columns();

    /** What it computes, in words. */
    String words();

    /** Bytes that its numbers take in memory. */
    long bytes();

    /**
     * {@code w · x + b} for each output.
     *
     * @param weights canonical form; its activation is linear
     */
    record Linear(EncoderWeights weights, List<Integer> features) implements Probe {
        public Linear {
            features = List.copyOf(features);
        }

        @Override
        public Manifest manifest() {
            return weights.manifest();
        }

        @Override
        public String form() {
            return "linear";
        }

        @Override
        public int inputs() {
            return weights.dIn();
        }

        @Override
        public int outputs() {
            return weights.width();
        }

        @Override
        public int columns() {
            return weights.width();
        }

        @Override
        public String words() {
            return "linear, w · x + b";
        }

        @Override
        public long bytes() {
            return Float.BYTES * (inputs() + 1L) * outputs();
        }
    }

    /**
     * A multilayer perceptron: {@code x ← W · x + b} for each layer, with a nonlinearity between layers and none after
     * the last.
     */
    record Mlp(Manifest manifest, List<Integer> features, List<Layer> layers, Nonlinearity between) implements Probe {
        public Mlp {
            features = List.copyOf(features);
            layers = List.copyOf(layers);
        }

        @Override
        public String form() {
            return "mlp";
        }

        @Override
        public int inputs() {
            return layers.get(0).matrix().rows();
        }

        @Override
        public int outputs() {
            return layers.get(layers.size() - 1).matrix().columns();
        }

        @Override
        public int columns() {
            return layers.get(0).matrix().columns();
        }

        @Override
        public String words() {
            StringBuilder words = new StringBuilder("mlp, ").append(inputs());
            layers.forEach(layer -> words.append(" → ").append(layer.matrix().columns()));
            return words + (layers.size() == 1 ? "" : ", " + between.name().toLowerCase(Locale.ROOT) + " between");
        }

        @Override
        public long bytes() {
            return layers.stream()
                    .mapToLong(layer -> Float.BYTES
                            * (layer.matrix().rows() + 1L)
                            * layer.matrix().columns())
                    .sum();
        }
    }

    /**
     * One layer.
     *
     * @param matrix W transposed, [inputs, outputs]
     * @param bias one for each output; not to be changed
     */
    record Layer(Matrix matrix, List<Float> bias) {
        public Layer {
            bias = List.copyOf(bias);
            if (matrix.columns() != bias.size()) {
                throw new WeightsException("a layer's weight and bias differ in width", "export the head again");
            }
        }
    }

    /** What lies between the layers of a perceptron, element by element. */
    enum Nonlinearity {
        /** {@code max(x, 0)}. */
        RELU,
        /** Hyperbolic tangent. */
        TANH,
        /** {@code x / (1 + exp(−x))}: Elfwing et al. 2018, "Sigmoid-weighted linear units". */
        SILU
    }

    /** A sum of decision trees over features. */
    record Trees(Manifest manifest, TreeTable table) implements Probe {
        @Override
        public String form() {
            return "trees";
        }

        @Override
        public int inputs() {
            return table.features().size();
        }

        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public List<Integer> features() {
            return table.features();
        }

        @Override
        public int columns() {
            return 0;
        }

        @Override
        public String words() {
            return "trees, " + table.trees() + " of " + table.nodes() + " nodes in all, " + (table.strict() ? "<" : "≤")
                    + " goes left";
        }

        @Override
        public long bytes() {
            return table.nodes() * TreeTable.BYTES_PER_NODE;
        }
    }

    /** A model of the user's in ONNX, checked but not understood. */
    record Onnx(Manifest manifest, List<Integer> features, OnnxModel model) implements Probe {
        public Onnx {
            features = List.copyOf(features);
        }

        @Override
        public String form() {
            return "onnx";
        }

        @Override
        public int inputs() {
            return model.inputs();
        }

        @Override
        public int outputs() {
            return model.outputs();
        }

        @Override
        public int columns() {
            return 0;
        }

        @Override
        public String words() {
            return "a model in ONNX, checked but not understood";
        }

        @Override
        public long bytes() {
            return model.bytes().size()
                    + model.externals().stream()
                            .mapToLong(OnnxModel.External::length)
                            .sum();
        }
    }
}
