package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;

/**
 * One multiplication for everything that reads the rows of a tap under one input norm: watched features, probes, first
 * layers. A value that is not above its column's limit becomes 0; a column without a limit keeps every value.
 */
final class MatrixBlock implements ValueBlock {

    private final String tap;
    private final Dtype dtype;
    private final int dIn;
    private final LoadedGraph graph;
    private final float[] limits;

    /** @param limits of each column; NaN for none */
    MatrixBlock(String tap, Dtype dtype, int dIn, LoadedGraph graph, float[] limits) {
        this.tap = tap;
        this.dtype = dtype;
        this.dIn = dIn;
        this.graph = graph;
        this.limits = limits;
    }

    /** The graph that was opened for it. */
    OnnxGraph graph() {
        return graph.graph();
    }

    @Override
    public String tap() {
        return tap;
    }

    @Override
    public int columns() {
        return limits.length;
    }

    @Override
    public void fill(RowBlock rows, float[] out) {
        if (rows.dIn() != dIn || rows.dtype() != dtype) {
            throw new EncoderException("tap " + tap + " was opened for rows of " + dIn + " in " + dtype + ", not "
                    + rows.dIn() + " in " + rows.dtype());
        }
        int columns = limits.length;
        graph.each(rows, (space, slot, row) -> {
            space.result(slot, out, row * columns);
            limit(out, row * columns);
        });
    }

    /** Not {@code value > limit}: a NaN must stay one, to be refused. */
    private void limit(float[] out, int at) {
        for (int c = 0; c < limits.length; c++) {
            if (out[at + c] <= limits[c]) {
                out[at + c] = 0;
            }
        }
    }

    @Override
    public void close() {
        graph.close();
    }
}
