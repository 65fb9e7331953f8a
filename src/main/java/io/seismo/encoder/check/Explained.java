package io.seismo.encoder.check;

import io.seismo.encoder.Reconstruction;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.Decoder;
import io.seismo.weights.InputNorm;

/**
 * Fraction of variance unexplained: the residual sum of squares over the sum of squares around the mean row.
 *
 * <p>And the fraction that is watched live, where no mean row is known: over the sum of squares around what the decoder
 * gives when nothing fires. {@link Reconstruction} says in which units. Sums are taken relative to the first row, which
 * keeps them exact where the mean row is long.
 */
public final class Explained {

    private final Reconstruction reconstruction;
    private final double[] first;
    private final double[] sum;
    private double squares;
    private double residual;
    private double deviation;
    private long rows;

    /**
     * @param decoder back to the input
     * @param norm what the encoder does to a row first
     */
    public Explained(Decoder decoder, InputNorm norm) {
        this.reconstruction = new Reconstruction(decoder, norm);
        this.first = new double[reconstruction.dIn()];
        this.sum = new double[first.length];
    }

    /**
     * Adds one row.
     *
     * @param x as captured, widened; centred in place where the norm says so
     * @param sparse its features
     * @param row where in {@code sparse}
     */
    public void add(double[] x, SparseRows sparse, int row) {
        reconstruction.rebuild(x, sparse, row);
        residual += reconstruction.error();
        deviation += reconstruction.deviation();
        if (rows++ == 0) {
            System.arraycopy(x, 0, first, 0, x.length);
        }
        for (int i = 0; i < x.length; i++) {
            double moved = x[i] - first[i];
            sum[i] += moved;
            squares += moved * moved;
        }
    }

    /** The fraction; NaN when all rows are equal. */
    public double fvu() {
        double ofMean = 0;
        for (double value : sum) {
            ofMean += value * value;
        }
        double total = rows == 0 ? 0 : squares - ofMean / rows;
        return total > 0 ? residual / total : Double.NaN;
    }

    /** What a detector with {@code source: reconstruction} would see; NaN when every row is what the decoder gives of nothing. */
    public double unexplained() {
        return deviation > 0 ? residual / deviation : Double.NaN;
    }
}
