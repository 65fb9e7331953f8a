package io.seismo.encoder.check;

import io.seismo.encoder.EncoderException;
import io.seismo.weights.Matrix;
import io.seismo.weights.probe.Probe;
import io.seismo.weights.probe.Probe.Layer;
import io.seismo.weights.probe.Probe.Nonlinearity;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the score of a probe may be from the exact one: what fp32 leaves open where its columns are multiplied with rows
 * ({@code 8·√d·2⁻²⁴·(‖x‖·‖w‖ + |b|)}, as for features), carried through the layers that follow by how steep they can be, and
 * what double precision and the last rounding to fp32 add.
 */
final class ProbeBand {

    private static final double SINGLE = 0x1p-24;
    private static final double DOUBLE = 0x1p-52;
    /** Largest slope of x · sigmoid(x). */
    private static final double STEEPEST_SILU = 1.1;

    private final List<Layer> layers;
    private final Nonlinearity between;
    private final boolean onRows;

    /**
     * Of a probe that is understood.
     *
     * @param onRows whether its first layer is part of the multiplication; else its inputs are taken as they are
     */
    ProbeBand(Probe probe, boolean onRows) {
        this.onRows = onRows;
        if (probe instanceof Probe.Onnx) {
            throw new EncoderException("a probe in ONNX is not understood, so it has no bound");
        }
        this.layers = layers(probe);
        this.between = probe instanceof Probe.Mlp mlp ? mlp.between() : Nonlinearity.RELU;
    }

    /** Trees have none: they add values that are what they are. */
    private static List<Layer> layers(Probe probe) {
        if (probe instanceof Probe.Mlp mlp) {
            return mlp.layers();
        }
        if (probe instanceof Probe.Linear linear) {
            List<Float> bias = new ArrayList<>();
            for (float value : linear.weights().bias()) {
                bias.add(value);
            }
            return List.of(new Layer(linear.weights().matrix(), bias));
        }
        return List.of();
    }

    /**
     * The band of every output.
     *
     * @param x inputs
     * @param exact scores
     */
    double[] of(double[] x, double[] exact) {
        double[] values = x;
        double[] open = new double[x.length];
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            open = i == 0 && onRows ? multiplied(layer, x) : added(layer, values, open);
            values = result(layer, values);
            for (int c = 0; i < layers.size() - 1 && c < values.length; c++) {
                values[c] = bend(values[c]);
                open[c] *= between == Nonlinearity.SILU ? STEEPEST_SILU : 1;
            }
        }
        double[] band = new double[exact.length];
        for (int c = 0; c < band.length; c++) {
            double own = layers.isEmpty() ? DOUBLE * Math.abs(exact[c]) : open[c];
            band[c] = own + SINGLE * (Math.abs(exact[c]) + own);
        }
        return band;
    }

    private static double[] multiplied(Layer layer, double[] x) {
        Matrix matrix = layer.matrix();
        double norm = 0;
        for (double value : x) {
            norm = Math.hypot(norm, value);
        }
        double[] open = new double[matrix.columns()];
        for (int c = 0; c < open.length; c++) {
            double column = 0;
            for (int i = 0; i < x.length; i++) {
                column = Math.hypot(column, matrix.get(i, c));
            }
            open[c] = 8
                    * Math.sqrt(x.length)
                    * SINGLE
                    * (norm * column + Math.abs(layer.bias().get(c)));
        }
        return open;
    }

    private static double[] added(Layer layer, double[] x, double[] before) {
        Matrix matrix = layer.matrix();
        double[] open = new double[matrix.columns()];
        for (int c = 0; c < open.length; c++) {
            double sum = Math.abs(layer.bias().get(c));
            for (int i = 0; i < x.length; i++) {
                double weight = Math.abs(matrix.get(i, c));
                open[c] += weight * before[i];
                sum += weight * Math.abs(x[i]);
            }
            open[c] += x.length * DOUBLE * sum;
        }
        return open;
    }

    private static double[] result(Layer layer, double[] x) {
        double[] out = new double[layer.matrix().columns()];
        for (int c = 0; c < out.length; c++) {
            out[c] = layer.bias().get(c);
            for (int i = 0; i < x.length; i++) {
                out[c] += x[i] * layer.matrix().get(i, c);
            }
        }
        return out;
    }

    private double bend(double x) {
        return switch (between) {
            case RELU -> Math.max(x, 0);
            case TANH -> Math.tanh(x);
            case SILU -> x / (1 + Math.exp(-x));
        };
    }
}
