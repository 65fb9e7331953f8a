package io.seismo.detector;

import java.util.SplittableRandom;

/** Seeded counts for simulations. */
final class Counts {

    private static final double CHUNK = 16;

    private final SplittableRandom random;

    Counts(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A Poisson count, by Knuth's product over chunks of the mean. */
    int poisson(double mean) {
        int count = 0;
        double left = mean;
        for (; left > CHUNK; left -= CHUNK) {
            count += knuth(CHUNK);
        }
        return count + knuth(left);
    }

    /** A Poisson number of clusters, each of 1, 2, … with equal probability up to {@code largest}. */
    int clustered(double clusters, int largest) {
        int count = 0;
        for (int i = poisson(clusters); i > 0; i--) {
            count += 1 + random.nextInt(largest);
        }
        return count;
    }

    /** Uniform in 0..bound−1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Uniform in [0, 1). */
    double uniform() {
        return random.nextDouble();
    }

    private int knuth(double mean) {
        double limit = StrictMath.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
