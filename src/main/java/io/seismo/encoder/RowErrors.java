package io.seismo.encoder;

import java.util.Arrays;

/** How far rows are from their reconstruction and from what the decoder gives when nothing fires, in reused arrays. */
public final class RowErrors {

    private double[] errors = new double[16];
    private double[] deviations = new double[16];

    /** Forgets what was there; all rows are at 0. */
    public void clear(int rows) {
        if (errors.length < rows) {
            errors = new double[rows];
            deviations = new double[rows];
        }
        Arrays.fill(errors, 0, rows, 0);
        Arrays.fill(deviations, 0, rows, 0);
    }

    /** Sets the mean squares over the dimensions of a row. */
    public void set(int row, double error, double deviation) {
        errors[row] = error;
        deviations[row] = deviation;
    }

    /** {@code ‖x − x̂‖² / d}. */
    public double error(int row) {
        return errors[row];
    }

    /** {@code ‖x − x̂₀‖² / d}. */
    public double deviation(int row) {
        return deviations[row];
    }
}
