package io.seismo.detector;

import java.util.Arrays;

/**
 * Probabilities of a count: Poisson, or negative binomial with variance {@code dispersion · mean}.
 *
 * <p>Built from the mode outwards by the ratio of neighbours and normalised, so it needs no exponential, loses nothing to
 * cancellation and holds for any mean. Masses below 1e-30 of the mode are left out.
 */
final class CountLaw {

    private static final double NEGLIGIBLE = 1e-30;

    private final double[] mass;

    private CountLaw(double[] mass) {
        this.mass = mass;
    }

    /** @param dispersion variance over mean, at least 1; 1 is Poisson */
    static CountLaw of(double mean, double dispersion) {
        if (!(mean > 0) || !(dispersion >= 1)) {
            throw new IllegalArgumentException("need a mean above 0 and a dispersion of at least 1");
        }
        Ratio ratio = dispersion == 1 ? x -> mean / (x + 1) : negativeBinomial(mean, dispersion);
        int mode = 0;
        while (ratio.next(mode) > 1) {
            mode++;
        }
        double[] mass = new double[mode + 16];
        mass[mode] = 1;
        for (int x = mode; x > 0 && mass[x] > NEGLIGIBLE; x--) {
            mass[x - 1] = mass[x] / ratio.next(x - 1);
        }
        int last = mode;
        while (mass[last] > NEGLIGIBLE) {
            mass = last + 1 < mass.length ? mass : Arrays.copyOf(mass, 2 * mass.length);
            mass[last + 1] = mass[last] * ratio.next(last);
            last++;
        }
        return new CountLaw(normalised(Arrays.copyOf(mass, last + 1)));
    }

    /** P(X = x) by x, starting at 0. */
    double[] mass() {
        return mass;
    }

    private static Ratio negativeBinomial(double mean, double dispersion) {
        double size = mean / (dispersion - 1);
        double share = 1 - 1 / dispersion;
        return x -> (size + x) / (x + 1) * share;
    }

    private static double[] normalised(double[] mass) {
        double sum = 0;
        for (double m : mass) {
            sum += m;
        }
        for (int x = 0; x < mass.length; x++) {
            mass[x] /= sum;
        }
        return mass;
    }

    /** P(x + 1) / P(x). */
    private interface Ratio {
        double next(int x);
    }
}
