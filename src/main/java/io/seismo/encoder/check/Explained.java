package io.seismo.encoder.check;

import io.seismo.encoder.SparseRows;
import io.seismo.weights.Decoder;
import io.seismo.weights.InputNorm;

/**
 * Fraction of variance unexplained: the residual sum of squares over the sum of squares around the mean row.
 *
 * <p>The decoder's output is brought back to the units of the row (layer norm: times s, plus the mean, with s as SAELens
 * computes it; constant norm: divided by the factor). A centred input is compared with the centred row. Sums are taken
 * relative to the first row, which keeps them exact where the mean row is long.
 */
public final class Explained {

    private final Decoder decoder;
    private final InputNorm norm;
    private final double[] first;
    private final double[] sum;
    private final double[] output;
    private final float[] direction;
    private double squares;
    private double residual;
    private long rows;

    /**
     * @param decoder back to the input
     * @param norm what the encoder does to a row first
     */
    public Explained(Decoder decoder, InputNorm norm) {
        int dIn = decoder.bias().length;
        this.decoder = decoder;
        this.norm = norm;
        this.first = new double[dIn];
        this.sum = new double[dIn];
        this.output = new double[dIn];
        this.direction = new float[dIn];
    }

    /**
     * Adds one row.
     *
     * @param x as captured, widened; centred in place where the norm says so
     * @param sparse its features
     * @param row where in {@code sparse}
     */
    public void add(double[] x, SparseRows sparse, int row) {
        double mean = mean(x);
        double scale = scale(x, mean);
        decode(sparse, row);
        if (norm == InputNorm.CENTRE) {
            shift(x, -mean);
        }
        if (rows++ == 0) {
            System.arraycopy(x, 0, first, 0, x.length);
        }
        double offset = norm == InputNorm.LAYER_NORM ? mean : 0;
        for (int i = 0; i < x.length; i++) {
            double off = x[i] - (output[i] * scale + offset);
            residual += off * off;
            double moved = x[i] - first[i];
            sum[i] += moved;
            squares += moved * moved;
        }
    }

    private void decode(SparseRows sparse, int row) {
        System.arraycopy(decoder.bias(), 0, output, 0, output.length);
        for (int e = sparse.start(row); e < sparse.end(row); e++) {
            int feature = sparse.feature(e);
            double amount = sparse.value(e) * decoder.scale()[feature];
            decoder.rows().row(feature, direction);
            for (int i = 0; i < output.length; i++) {
                output[i] += amount * direction[i];
            }
        }
    }

    private static double mean(double[] x) {
        double total = 0;
        for (double value : x) {
            total += value;
        }
        return total / x.length;
    }

    private static void shift(double[] x, double by) {
        for (int i = 0; i < x.length; i++) {
            x[i] += by;
        }
    }

    /** What the output is multiplied with to be in the units of the row. */
    private double scale(double[] x, double mean) {
        double around = norm == InputNorm.LAYER_NORM ? mean : 0;
        double total = 0;
        for (double value : x) {
            total += (value - around) * (value - around);
        }
        return switch (norm) {
            case NONE, CENTRE -> 1;
            case LAYER_NORM -> Math.sqrt(total / (x.length - 1));
            case CONSTANT_NORM -> Math.sqrt(total / x.length);
        };
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
}
