package io.seismo.app.doctor.capture;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;

/**
 * How far magnitudes of elements spread, as the standard deviation of their binary logarithm: 1.6 for a Gaussian, 1 to 4 for
 * activations. bf16 has three bits more of exponent than f16, so bits read as the wrong one of the two spread eight times as
 * far, or hardly at all.
 *
 * @param said read as the spec says
 * @param other read as the other two-byte type; NaN when there is none, or no rows
 */
record Spread(double said, double other) {

    static final Spread UNKNOWN = new Spread(Double.NaN, Double.NaN);

    private static final double FAR = 6;
    private static final double NARROW = 0.5;
    private static final double USUAL_LEAST = 0.8;
    private static final double USUAL_MOST = 4;

    /** Of sampled rows. */
    static Spread of(RowBlock rows) {
        if (rows.rows() == 0 || rows.dtype() == Dtype.DTYPE_F32) {
            return UNKNOWN;
        }
        Dtype other = rows.dtype() == Dtype.DTYPE_BF16 ? Dtype.DTYPE_F16 : Dtype.DTYPE_BF16;
        return new Spread(deviation(rows), deviation(new RowBlock(rows.data(), other, rows.rows(), rows.dIn())));
    }

    private static double deviation(RowBlock rows) {
        double sum = 0;
        double squares = 0;
        long count = 0;
        for (int row = 0; row < rows.rows(); row++) {
            for (double value : NaiveEncoder.decode(rows, row)) {
                if (value != 0 && Double.isFinite(value)) {
                    double magnitude = StrictMath.log(Math.abs(value)) / StrictMath.log(2);
                    sum += magnitude;
                    squares += magnitude * magnitude;
                    count++;
                }
            }
        }
        return count == 0 ? Double.NaN : Math.sqrt(Math.max(0, squares / count - sum / count * (sum / count)));
    }

    /** Whether only the other reading gives magnitudes that activations have. */
    boolean wrong() {
        boolean usual = other > USUAL_LEAST && other < USUAL_MOST;
        return usual && (said > FAR || said < NARROW);
    }
}
