package io.seismo.encoder;

import io.seismo.weights.probe.Probe;

/** A small function on a few values, in double precision and a fixed order. One thread at a time. */
public interface Head {

    /**
     * Scores of one token.
     *
     * @param x as many values as it has inputs; not changed
     * @param out receives all outputs
     */
    void score(double[] x, double[] out);

    /**
     * A head over the inputs of a probe.
     *
     * @param probe any but one in ONNX
     */
    static Head of(Probe probe) {
        if (probe instanceof Probe.Trees trees) {
            return new TreeHead(trees.table());
        }
        if (probe instanceof Probe.Mlp mlp) {
            return new LayerHead(mlp.layers(), mlp.between(), false);
        }
        if (probe instanceof Probe.Linear linear) {
            return LayerHead.of(linear);
        }
        throw new IllegalArgumentException("a probe in ONNX is run by the runtime");
    }

    /** What follows the first layer of a perceptron: its inputs are that layer's results. */
    static Head afterFirstLayer(Probe.Mlp mlp) {
        return new LayerHead(mlp.layers(), mlp.between(), true);
    }
}
