package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often a window alarms by chance while the share is exactly at the ceiling: at most as often as the budget says. Tokens
 * of a request resemble each other, requests differ in length, and panes in how many requests they hold.
 */
class RatioBudgetTest {

    private static final double SHARE = 0.3;
    private static final int WINDOWS = 10_000;

    @ParameterizedTest
    @CsvSource({"60, 0.5, 0.01", "60, 1, 0.01", "60, 4, 0.01", "12, 4, 0.01", "60, 0.5, 0.002"})
    void shouldKeepTheBudgetWhenTheShareIsAtTheCeiling(int panes, double requestsAPane, double alpha) {
        Counts counts = run(panes, requestsAPane, alpha);
        System.out.printf(
                "ratio over %d panes of %.1f requests: alpha %.4f, alarmed %.4f, without a verdict %.3f%n",
                panes, requestsAPane, alpha, counts.alarms / (double) WINDOWS, counts.unknown / (double) WINDOWS);
        double tolerated = alpha * WINDOWS + 3 * Math.sqrt(alpha * WINDOWS);
        assertThat(counts.alarms).isLessThan((int) tolerated);
    }

    /** Control: tokens taken for independent observations alarm many times as often. */
    @Test
    void shouldBreakTheBudgetWhenTokensAreCountedAsIndependent() {
        Counts counts = run(60, 4, 0.001);
        assertThat(counts.tokenAlarms).isGreaterThan(50 * (int) (0.001 * WINDOWS));
    }

    private static final class Counts {
        int alarms;
        int tokenAlarms;
        int unknown;
    }

    private static Counts run(int panes, double requestsAPane, double alpha) {
        Random random = new Random(panes * 31L + (long) (requestsAPane * 10));
        ChanceMargin chance = new ChanceMargin(alpha);
        Counts counts = new Counts();
        for (int w = 0; w < WINDOWS; w++) {
            Tokens tokens = new Tokens();
            RatioSums sums = RatioSums.NONE;
            for (int p = 0; p < panes; p++) {
                sums = pane(random, requestsAPane, tokens, sums);
            }
            if (!chance.guard(sums, "it").isEmpty()) {
                counts.unknown++;
                continue;
            }
            counts.alarms += sums.ratio() - chance.margin(sums) > SHARE ? 1 : 0;
            double z = StudentT.exceeded(alpha, 10_000);
            counts.tokenAlarms += sums.ratio() - z * tokens.error() > SHARE ? 1 : 0;
        }
        return counts;
    }

    /**
     * A geometric number of requests of 5 to 400 tokens, each with a share of its own around the common one, from which its
     * tokens differ little.
     */
    private static RatioSums pane(Random random, double requestsAPane, Tokens tokens, RatioSums before) {
        double a = 0;
        double b = 0;
        while (random.nextDouble() < requestsAPane / (1 + requestsAPane)) {
            int length = 5 + (int) (395 * Math.pow(random.nextDouble(), 3));
            double own = SHARE * (1 + 0.3 * random.nextGaussian());
            double left = length * own + 0.05 * Math.sqrt(length) * random.nextGaussian();
            tokens.add(left, length);
            a += left;
            b += length;
        }
        return before.plus(a, b);
    }

    /** What the standard error would be if each token were a pane. */
    private static final class Tokens {
        private RatioSums sums = RatioSums.NONE;

        void add(double left, int length) {
            sums = new RatioSums(
                    sums.panes() + length,
                    sums.a() + left,
                    sums.b() + length,
                    sums.aa() + left * left / length + 0.05 * 0.05 * length,
                    sums.ab() + left,
                    sums.bb() + length);
        }

        double error() {
            return sums.standardError();
        }
    }
}
