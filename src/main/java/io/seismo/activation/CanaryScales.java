package io.seismo.activation;

import io.seismo.spec.TapPlan;
import io.seismo.weights.recorded.RowDistance;
import io.seismo.wire.Dtype;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether rows are recorded ones times a factor: one for all, one for each, or one for each column behind a norm. */
final class CanaryScales {

    /** Fewer rows would fit any factors of columns. */
    private static final int ENOUGH_ROWS = 4;

    private final int width;
    private final float[] wanted;
    private final double slack;

    CanaryScales(TapPlan tap, float[] wanted, double tolerance) {
        this.width = tap.dIn();
        this.wanted = wanted;
        this.slack = slack(tap.dtype(), tolerance);
    }

    /** What rounding to a dtype may add to a row that was multiplied, relative to its norm; at least the tolerance. */
    static double slack(Dtype dtype, double tolerance) {
        double rounding = dtype == Dtype.DTYPE_BF16 ? 0x1p-7 : dtype == Dtype.DTYPE_F16 ? 0x1p-10 : 0x1p-20;
        return Math.max(rounding, tolerance);
    }

    /** In words, for rows whose positions were all recorded; {@code null} when no factor explains them, or it is 1. */
    @Nullable
    String of(CapturedRows rows, int start) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int row = 0; row < rows.rows(); row++) {
            if (rows.counts(row)) {
                double factor = factor(rows, row, start + row);
                if (Double.isNaN(factor)) {
                    return normed(rows, start) ? "as after a norm: each divided by its length, then weighted" : null;
                }
                least = Math.min(least, factor);
                most = Math.max(most, factor);
            }
        }
        if (Math.abs(most - 1) <= slack && Math.abs(least - 1) <= slack) {
            return null;
        }
        return most - least <= 2 * slack * Math.abs(most)
                ? String.format(Locale.ROOT, "the recorded ones times %.4g", (least + most) / 2)
                : String.format(
                        Locale.ROOT, "each the recorded one times a factor of its own, %.4g to %.4g", least, most);
    }

    /** The factor of one row; not a number when there is none. */
    private double factor(CapturedRows rows, int row, int position) {
        double product = 0;
        double norm = RowDistance.squaredNorm(wanted, position * width, width);
        for (int i = 0; i < width; i++) {
            product += (double) rows.values()[row * width + i] * wanted[position * width + i];
        }
        double factor = product / norm;
        double off = 0;
        for (int i = 0; i < width; i++) {
            double error = rows.values()[row * width + i] - factor * wanted[position * width + i];
            off += error * error;
        }
        double own = RowDistance.squaredNorm(rows.values(), row * width, width);
        return norm > 0 && own > 0 && off <= slack * slack * own ? factor : Double.NaN;
    }

    /** Whether weights of columns, found by least squares, make the rows of recorded ones of length 1. */
    private boolean normed(CapturedRows rows, int start) {
        if (rows.counted() < ENOUGH_ROWS) {
            return false;
        }
        double[] products = new double[width];
        double[] squares = new double[width];
        for (int row = 0; row < rows.rows(); row++) {
            if (rows.counts(row)) {
                double norm = norm(start + row);
                for (int i = 0; i < width; i++) {
                    double unit = wanted[(start + row) * width + i] / norm;
                    products[i] += unit * rows.values()[row * width + i];
                    squares[i] += unit * unit;
                }
            }
        }
        for (int row = 0; row < rows.rows(); row++) {
            if (rows.counts(row) && !explained(rows, row, start + row, products, squares)) {
                return false;
            }
        }
        return true;
    }

    private boolean explained(CapturedRows rows, int row, int position, double[] products, double[] squares) {
        double off = 0;
        for (int i = 0; i < width; i++) {
            double weight = squares[i] > 0 ? products[i] / squares[i] : 0;
            double error = rows.values()[row * width + i] - weight * wanted[position * width + i] / norm(position);
            off += error * error;
        }
        double own = RowDistance.squaredNorm(rows.values(), row * width, width);
        return own > 0 && off <= 4 * slack * slack * own;
    }

    private double norm(int position) {
        return Math.sqrt(RowDistance.squaredNorm(wanted, position * width, width));
    }
}
