package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;

/**
 * A device in fp32 beside the processor and the scalar control in double precision: errors of pre-activations as a share of
 * the bound {@code 8·√d·2⁻²⁴·(‖x‖·‖w‖ + |c|)}, and what it says fired beside a scan of its own pre-activations.
 */
final class GpuParity {

    private static final int ROWS = 4;
    private static final int CHECKED_COLUMNS = 256;

    private final EncoderWeights weights;
    private final Device place;
    private final RowBlock rows;

    GpuParity(EncoderWeights weights, Device place) {
        this.weights = weights;
        this.place = place;
        this.rows = GpuBench.rows(ROWS, weights.dIn());
    }

    /** Prints what is found, and whether it is within the bound. */
    boolean holds(String name) {
        float[] there = dense(place);
        float[] here = dense(Device.CPU);
        double worst = 0;
        double worstHere = 0;
        int differing = 0;
        for (int r = 0; r < ROWS; r++) {
            double[] x = NaiveEncoder.decode(rows, r);
            for (int f = 0; f < Math.min(CHECKED_COLUMNS, weights.width()); f++) {
                int at = r * weights.width() + f;
                double[] exact = exact(x, f);
                worst = Math.max(worst, Math.abs(there[at] - exact[0]) / exact[1]);
                worstHere = Math.max(worstHere, Math.abs(here[at] - exact[0]) / exact[1]);
                differing += Float.compare(there[at], here[at]) == 0 ? 0 : 1;
            }
        }
        System.out.printf(
                "%s: worst |error| / bound %.3f on %s, %.3f on the processor; %d values differ between them%n",
                name, worst, place.place(), worstHere, differing);
        int unlike = unlike(there);
        System.out.printf(
                "%s: %d entries of the sparse result are not what a scan of all results finds%n", name, unlike);
        return worst <= 1 && worstHere <= 1 && unlike == 0;
    }

    /** Value and bound. */
    private double[] exact(double[] x, int f) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            double w = weights.matrix().get(i, f);
            sum += x[i] * w;
            squares += w * w;
        }
        double bias = weights.bias()[f];
        double bound = 8 * Math.sqrt(x.length) * 0x1p-24 * (NaiveEncoder.norm(x) * Math.sqrt(squares) + Math.abs(bias));
        return new double[] {sum + bias, bound};
    }

    private float[] dense(Device device) {
        int width = weights.width();
        float[] out = new float[ROWS * width];
        GraphLoader.Wanted wanted = new GraphLoader.Wanted(
                Dtype.DTYPE_BF16,
                weights.matrix(),
                Packing.PACKED,
                weights.bias(),
                false,
                new LoadedGraph.Around(InputNorm.NONE, weights.activation(), new float[width]));
        try (LoadedGraph graph = new GraphLoader(OnnxRuntime.get(), false).load(wanted, Arithmetic.on(device))) {
            graph.each(rows, (space, slot, row) -> space.result(slot, out, row * width));
        }
        return out;
    }

    private int unlike(float[] pre) {
        SparseRows scanned = new SparseRows();
        SparseScan scan =
                new SparseScan(weights.activation(), SparseScan.limits(weights.activation(), weights.width()));
        float[] row = new float[weights.width()];
        for (int r = 0; r < ROWS; r++) {
            System.arraycopy(pre, r * row.length, row, 0, row.length);
            scan.sparse(row, scanned);
        }
        SparseRows found = new SparseRows();
        try (Encoder encoder = GpuBench.open(weights, place, Precision.FP32)) {
            encoder.full(rows, GpuBench.all(ROWS), found);
        }
        int unlike = Math.abs(found.end(ROWS - 1) - scanned.end(ROWS - 1));
        for (int e = 0; e < Math.min(found.end(ROWS - 1), scanned.end(ROWS - 1)); e++) {
            boolean same =
                    found.feature(e) == scanned.feature(e) && Float.compare(found.value(e), scanned.value(e)) == 0;
            unlike += same ? 0 : 1;
        }
        return unlike;
    }
}
