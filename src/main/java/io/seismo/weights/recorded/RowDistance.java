package io.seismo.weights.recorded;

/** Distances between rows of activations, relative to the norm of one of them, added up in double precision in order. */
public final class RowDistance {

    private RowDistance() {}

    /** Square of the Euclidean norm. */
    public static double squaredNorm(float[] rows, int at, int width) {
        double sum = 0;
        for (int i = at; i < at + width; i++) {
            sum += (double) rows[i] * rows[i];
        }
        return sum;
    }

    /**
     * Whether {@code ‖x − r‖ ≤ tolerance · ‖r‖}; gives up as soon as the answer is no.
     *
     * @param x rows, one after the other
     * @param xAt first element of the row
     * @param r rows it is held against
     * @param rAt first element of that row
     */
    public static boolean within(float[] x, int xAt, float[] r, int rAt, int width, double tolerance) {
        double allowed = tolerance * tolerance * squaredNorm(r, rAt, width);
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double difference = (double) x[xAt + i] - r[rAt + i];
            sum += difference * difference;
            if (sum > allowed) {
                return false;
            }
        }
        return true;
    }

    /** {@code ‖x − r‖ / ‖r‖}; 0 for equal rows, infinite when only {@code r} is all zeros. */
    public static double relative(float[] x, int xAt, float[] r, int rAt, int width) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double difference = (double) x[xAt + i] - r[rAt + i];
            sum += difference * difference;
        }
        return sum == 0 ? 0 : Math.sqrt(sum / squaredNorm(r, rAt, width));
    }
}
