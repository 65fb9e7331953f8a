package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why requests are counted: a test on tokens pages on quiet traffic because tokens of a request are correlated. */
class CountingTest {

    private static final double ALPHA = 1e-4;
    private static final int WINDOWS = 200_000;

    @ParameterizedTest
    @CsvSource({"1, 30", "5, 30", "1, 60", "5, 60"})
    void shouldKeepItsLevelOnRequestsAndLoseItOnTokensWhenNothingChanges(double requests, int longest) {
        double perRequest = (1 + longest) / 2.0;
        int requestLimit = critical(requests);
        int tokenLimit = critical(requests * perRequest);
        Counts counts = new Counts(11);
        int requestPages = 0;
        int tokenPages = 0;
        for (int i = 0; i < WINDOWS; i++) {
            int fired = counts.poisson(requests);
            int tokens = 0;
            for (int r = 0; r < fired; r++) {
                tokens += 1 + counts.below(longest);
            }
            requestPages += fired >= requestLimit ? 1 : 0;
            tokenPages += tokens >= tokenLimit ? 1 : 0;
        }
        double allowed = WINDOWS * ALPHA + 3 * Math.sqrt(WINDOWS * ALPHA);
        assertThat((double) requestPages).as("requests").isLessThanOrEqualTo(allowed);
        assertThat((double) tokenPages / WINDOWS).as("tokens").isGreaterThan(500 * ALPHA);
        System.out.printf(
                "counting %s %s: requests %.2g, tokens %.3g%n",
                requests, longest, (double) requestPages / WINDOWS, (double) tokenPages / WINDOWS);
    }

    @Test
    void shouldBeTheFirstCountBelowAlphaWhenCritical() {
        assertThat(critical(1)).isEqualTo(7);
    }

    /** Least c with P(X ≥ c) ≤ alpha for a Poisson count. */
    private static int critical(double mean) {
        double[] mass = CountLaw.of(mean, 1).mass();
        double tail = 0;
        int c = mass.length;
        while (tail + mass[c - 1] <= ALPHA) {
            tail += mass[--c];
        }
        return c;
    }
}
