package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;

/**
 * What the full graph computes, before the activation function: to hold it against a control. One thread at a time.
 */
public final class OnnxPreActivations implements AutoCloseable {

    private final Dtype dtype;
    private final LoadedGraph graph;

    OnnxPreActivations(Dtype dtype, LoadedGraph graph) {
        this.dtype = dtype;
        this.graph = graph;
    }

    /**
     * Pre-activations of one row.
     *
     * @param rows of the dtype and width it was opened for
     * @param row which one
     * @param out receives all features
     */
    public void row(RowBlock rows, int row, float[] out) {
        if (rows.dtype() != dtype) {
            throw new EncoderException("opened for rows in " + dtype + ", not " + rows.dtype());
        }
        Workspace space = graph.borrow(1);
        try {
            space.load(rows, rows.data(), row, 1, 0);
            space.run(1);
            space.result(0, out, 0);
        } finally {
            graph.giveBack(space);
        }
    }

    @Override
    public void close() {
        graph.close();
    }
}
