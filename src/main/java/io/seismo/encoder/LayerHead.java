package io.seismo.encoder;

import io.seismo.weights.probe.Probe;
import io.seismo.weights.probe.Probe.Layer;
import io.seismo.weights.probe.Probe.Nonlinearity;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers of a perceptron, or the one layer of a linear head. Inputs that are 0, as most features are, cost nothing: what
 * they would add is 0.
 */
final class LayerHead implements Head {

    private final List<Layer> layers;
    private final Nonlinearity between;
    private final boolean firstDone;
    private final double[][] results;
    private final float[] row;

    /** @param firstDone whether inputs are already what the first layer gives */
    LayerHead(List<Layer> layers, Nonlinearity between, boolean firstDone) {
        this.layers = layers;
        this.between = between;
        this.firstDone = firstDone;
        this.results = new double[layers.size()][];
        int widest = 0;
        for (int i = 0; i < results.length; i++) {
            results[i] = new double[layers.get(i).matrix().columns()];
            widest = Math.max(widest, results[i].length);
        }
        this.row = new float[widest];
    }

    static LayerHead of(Probe.Linear linear) {
        List<Float> bias = new ArrayList<>();
        for (float value : linear.weights().bias()) {
            bias.add(value);
        }
        Layer layer = new Layer(linear.weights().matrix(), bias);
        return new LayerHead(List.of(layer), Nonlinearity.RELU, false);
    }

    @Override
    public void score(double[] x, double[] out) {
        double[] values = x;
        for (int i = 0; i < layers.size(); i++) {
            double[] result = results[i];
            if (i == 0 && firstDone) {
                System.arraycopy(x, 0, result, 0, result.length);
            } else {
                apply(layers.get(i), values, result);
            }
            if (i < layers.size() - 1) {
                bend(result);
            }
            values = result;
        }
        System.arraycopy(values, 0, out, 0, values.length);
    }

    private void apply(Layer layer, double[] x, double[] result) {
        for (int c = 0; c < result.length; c++) {
            result[c] = layer.bias().get(c);
        }
        for (int i = 0; i < layer.matrix().rows(); i++) {
            if (x[i] != 0) {
                layer.matrix().row(i, row);
                for (int c = 0; c < result.length; c++) {
                    result[c] += x[i] * row[c];
                }
            }
        }
    }

    private void bend(double[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (between) {
                case RELU -> Math.max(values[i], 0);
                case TANH -> StrictMath.tanh(values[i]);
                case SILU -> values[i] / (1 + StrictMath.exp(-values[i]));
            };
        }
    }
}
