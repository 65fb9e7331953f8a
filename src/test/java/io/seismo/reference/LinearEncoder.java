package io.seismo.reference;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowErrors;
import io.seismo.encoder.SparseRows;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small SAE of seeded random weights: {@code pre = x·W}, {@code f = pre > threshold ? pre : 0}, sums in double and in
 * index order, so that a row gives the same bits in any batch. Stands in for the native encoders in tests. Its decoder is
 * {@code x̂_i = (i % 3) / 8 + Σ f·W_if / 16}.
 */
public final class LinearEncoder implements Encoder {

    private final int dIn;
    private final int width;
    private final List<Integer> watched;
    private final double threshold;
    private final double[][] columns;

    /**
     * @param seed of the weights
     * @param dIn width of a row
     * @param width features
     * @param watched feature indexes of the watch graph, ascending
     * @param threshold of the activation
     */
    public LinearEncoder(long seed, int dIn, int width, List<Integer> watched, double threshold) {
        this.dIn = dIn;
        this.width = width;
        this.watched = List.copyOf(watched);
        this.threshold = threshold;
        this.columns = new double[width][dIn];
        SplittableRandom random = new SplittableRandom(seed);
        double scale = 1 / Math.sqrt(dIn);
        for (double[] column : columns) {
            for (int i = 0; i < dIn; i++) {
                column[i] = (random.nextInt(2001) - 1000) / 577.0 * scale;
            }
        }
    }

    /** The direction of a feature, for traffic that shall make it fire. */
    public double[] direction(int feature) {
        return columns[feature].clone();
    }

    @Override
    public int dIn() {
        return dIn;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int watchColumns() {
        return watched.size();
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        float[] values = values(rows);
        for (int r = 0; r < rows.rows(); r++) {
            for (int c = 0; c < watched.size(); c++) {
                out[offset + r * stride + c] = feature(values, r, watched.get(c));
            }
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        float[] values = values(rows);
        out.clear();
        for (int r = 0; r < rows.rows(); r++) {
            for (int f = 0; chosen.get(r) && f < width; f++) {
                float value = feature(values, r, f);
                if (value > 0) {
                    out.add(f, value);
                }
            }
            out.endRow();
        }
    }

    @Override
    public boolean rebuilds() {
        return true;
    }

    @Override
    public void errors(RowBlock rows, BitSet chosen, SparseRows fired, RowErrors out) {
        float[] values = values(rows);
        out.clear(rows.rows());
        for (int r = 0; r < rows.rows(); r++) {
            if (chosen.get(r)) {
                errors(values, r, fired, out);
            }
        }
    }

    private void errors(float[] values, int row, SparseRows fired, RowErrors out) {
        double error = 0;
        double deviation = 0;
        for (int i = 0; i < dIn; i++) {
            double nothing = i % 3 / 8.0;
            double given = nothing;
            for (int k = fired.start(row); k < fired.end(row); k++) {
                given += fired.value(k) * columns[fired.feature(k)][i] / 16;
            }
            double x = values[row * dIn + i];
            error += (x - given) * (x - given);
            deviation += (x - nothing) * (x - nothing);
        }
        out.set(row, error / dIn, deviation / dIn);
    }

    private float feature(float[] values, int row, int feature) {
        double sum = 0;
        for (int i = 0; i < dIn; i++) {
            sum += (double) values[row * dIn + i] * columns[feature][i];
        }
        return sum > threshold ? (float) sum : 0f;
    }

    private static float[] values(RowBlock rows) {
        byte[] bytes = new byte[rows.data().remaining()];
        rows.data().duplicate().get(bytes);
        return Numbers.decode(bytes, rows.dtype());
    }

    @Override
    public String fingerprint() {
        return "linear-" + dIn + "x" + width;
    }

    @Override
    public String weights() {
        return fingerprint();
    }

    @Override
    public void close() {}
}
