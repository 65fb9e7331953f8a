package io.seismo.contrast;

/**
 * Shares of counted requests, exactly.
 *
 * <p>Intervals are those of Clopper and Pearson (Biometrika 26, 1934): they cover at least as often as they say for every
 * share and number, also when none or all of few requests fire, where Wilson's falls short. They are a little wide, which
 * is the side to err on when a page hangs on it. Requests are taken as independent; paraphrases of one text are not.
 */
final class Binomial {

    private static final double[] STIRLING = {1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360
    };
    private static final double TINY = 1e-300;

    private Binomial() {}

    /** The 95 % interval of a share of which {@code k} of {@code n} were seen. */
    static Share share(int k, int n) {
        if (n == 0) {
            throw new IllegalArgumentException("a share of nothing");
        }
        double low = k == 0 ? 0 : quantile(0.025, k, n - k + 1.0);
        double high = k == n ? 1 : quantile(0.975, k + 1.0, n - k);
        return new Share(k, n, (double) k / n, low, high);
    }

    /**
     * Two-sided exact test that two rules catch equally often, on the same requests (McNemar 1947): of the requests that
     * one alone catches, half should be the one's.
     *
     * @param first caught by the first alone
     * @param second caught by the second alone
     * @return the p-value
     */
    static double paired(int first, int second) {
        int n = first + second;
        return n == 0 ? 1 : Math.min(1, 2 * cdf(Math.min(first, second), n, 0.5));
    }

    /** P(X ≤ k) for X of {@code n} trials that each succeed with probability {@code p}. */
    static double cdf(int k, int n, double p) {
        return k >= n ? 1 : incompleteBeta(1 - p, (double) n - k, k + 1.0);
    }

    /** By bisection: the incomplete beta function ascends. */
    private static double quantile(double share, double a, double b) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (incompleteBeta(middle, a, b) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    /** Regularised, by its continued fraction (NIST DLMF 8.17.22) and Lentz's method. */
    static double incompleteBeta(double x, double a, double b) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        if (x > (a + 1) / (a + b + 2)) {
            return 1 - incompleteBeta(1 - x, b, a);
        }
        double front = StrictMath.exp(a * StrictMath.log(x) + b * StrictMath.log1p(-x) - logBeta(a, b)) / a;
        double c = 1;
        double d = 1 / away(1 - (a + b) * x / (a + 1));
        double fraction = d;
        for (int m = 1; m <= 10_000; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            fraction *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            fraction *= d * c;
            if (Math.abs(d * c - 1) < 1e-15) {
                break;
            }
        }
        return front * fraction;
    }

    private static double away(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    private static double logBeta(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /** Stirling's series beyond 12, below by recurrence. */
    static double logGamma(double x) {
        double shift = 0;
        double at = x;
        while (at < 12) {
            shift -= StrictMath.log(at);
            at++;
        }
        double series = 0;
        double power = at;
        for (double term : STIRLING) {
            series += term / power;
            power *= at * at;
        }
        return shift + (at - 0.5) * StrictMath.log(at) - at + 0.5 * StrictMath.log(2 * Math.PI) + series;
    }
}
