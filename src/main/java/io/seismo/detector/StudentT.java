package io.seismo.detector;

/**
 * Student's t distribution for whole degrees of freedom, by its finite series (Abramowitz and Stegun, Handbook of
 * Mathematical Functions, 26.7.3 and 26.7.4).
 */
final class StudentT {

    private static final int BISECTIONS = 80;
    private static final double WIDEST = 1e9;

    private StudentT() {}

    /** The value that is exceeded with a probability in (0, 0.5]. */
    static double exceeded(double probability, int freedom) {
        double low = 0;
        double high = 1;
        while (tail(high, freedom) > probability && high < WIDEST) {
            high *= 2;
        }
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (low + high) / 2;
            if (tail(middle, freedom) > probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** P(T > t) for t ≥ 0. */
    static double tail(double t, int freedom) {
        double angle = StrictMath.atan2(t, Math.sqrt(freedom));
        double sine = StrictMath.sin(angle);
        double cosine = StrictMath.cos(angle);
        boolean odd = freedom % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = odd && freedom == 1 ? 0 : term;
        for (int n = odd ? 3 : 2; n < freedom; n += 2) {
            term *= cosine * cosine * (n - 1) / n;
            sum += term;
        }
        double within = odd ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
        return Math.max(0, (1 - within) / 2);
    }
}
