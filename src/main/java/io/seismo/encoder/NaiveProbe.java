package io.seismo.encoder;

import io.seismo.weights.probe.Probe;
import io.seismo.weights.probe.Probe.Layer;
import io.seismo.weights.probe.TreeTable;
import java.util.List;

/**
 * The control of probes and heads: double precision, one multiplication after the other, sharing no arithmetic with the
 * fast ones. A probe in ONNX has no such control; it is compared with itself, row by row against a batch.
 */
public final class NaiveProbe {

    private final Probe probe;

    /** @param probe any but one in ONNX */
    public NaiveProbe(Probe probe) {
        this.probe = probe;
        if (probe instanceof Probe.Onnx) {
            throw new EncoderException("a probe in ONNX is not understood, so it has no control");
        }
    }

    /** Scores for the rows of one token at the probe's taps, side by side. */
    public double[] score(List<RowBlock> taps, int row) {
        double[] x = new double[0];
        for (RowBlock tap : taps) {
            double[] part = NaiveEncoder.decode(tap, row);
            double[] longer = new double[x.length + part.length];
            System.arraycopy(x, 0, longer, 0, x.length);
            System.arraycopy(part, 0, longer, x.length, part.length);
            x = longer;
        }
        return score(x);
    }

    /** Scores for all features of an SAE on one token. */
    public double[] scoreFeatures(double[] all) {
        if (probe.features().isEmpty()) {
            return score(all);
        }
        double[] x = new double[probe.inputs()];
        for (int i = 0; i < x.length; i++) {
            x[i] = all[probe.features().get(i)];
        }
        return score(x);
    }

    /** Scores for its inputs, in its order. */
    public double[] score(double[] x) {
        if (x.length != probe.inputs()) {
            throw new EncoderException(x.length + " values for a probe that reads " + probe.inputs());
        }
        if (probe instanceof Probe.Trees trees) {
            double sum = trees.table().base();
            for (int tree = 0; tree < trees.table().trees(); tree++) {
                sum += walk(trees.table(), trees.table().root(tree), x);
            }
            return new double[] {sum};
        }
        if (probe instanceof Probe.Mlp mlp) {
            double[] values = x;
            for (int i = 0; i < mlp.layers().size(); i++) {
                values = layer(mlp.layers().get(i), values);
                for (int c = 0; i < mlp.layers().size() - 1 && c < values.length; c++) {
                    values[c] = bend(mlp.between(), values[c]);
                }
            }
            return values;
        }
        Probe.Linear linear = (Probe.Linear) probe;
        double[] out = new double[linear.outputs()];
        for (int c = 0; c < out.length; c++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * linear.weights().matrix().get(i, c);
            }
            out[c] = sum + linear.weights().bias()[c];
        }
        return out;
    }

    private static double walk(TreeTable table, int node, double[] x) {
        if (table.leaf(node)) {
            return table.value(node);
        }
        int order = Double.compare(x[table.input(node)] + 0.0, table.threshold(node) + 0.0);
        boolean left = table.strict() ? order < 0 : order <= 0;
        return walk(table, left ? table.left(node) : table.right(node), x);
    }

    private static double[] layer(Layer layer, double[] x) {
        double[] out = new double[layer.bias().size()];
        for (int c = 0; c < out.length; c++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * layer.matrix().get(i, c);
            }
            out[c] = sum + layer.bias().get(c);
        }
        return out;
    }

    private static double bend(Probe.Nonlinearity between, double x) {
        return switch (between) {
            case RELU -> x > 0 ? x : 0;
            case TANH -> 1 - 2 / (Math.exp(2 * x) + 1);
            case SILU -> x * (1 / (1 + Math.exp(-x)));
        };
    }
}
