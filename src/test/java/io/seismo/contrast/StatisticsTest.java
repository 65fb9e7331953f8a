package io.seismo.contrast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGiveTheSameAurocAsComparingAllPairsWhenThereAreTies(long seed) {
        Random random = new Random(seed);
        float[] positive = draw(random, 1 + random.nextInt(40), 6);
        float[] negative = draw(random, 1 + random.nextInt(40), 4);

        double expected = pairs(positive, negative);

        assertThat(Auroc.of(positive, negative)).isEqualTo(expected);
        assertThat(Auroc.of(above(positive), zeros(positive), above(negative), zeros(negative)))
                .isEqualTo(expected);
        assertThat(Auroc.of(negative, positive)).isCloseTo(1 - expected, within(1e-15));
    }

    @Test
    void shouldGiveAHalfWhenNothingTellsThemApartAndNothingWhenOneIsMissing() {
        assertThat(Auroc.of(new float[] {1, 1}, new float[] {1, 1, 1})).isEqualTo(0.5);
        assertThat(Auroc.of(new float[0], 5, new float[0], 7)).isEqualTo(0.5);
        assertThat(Auroc.of(new float[0], new float[] {1})).isNaN();
    }

    private static float[] draw(Random random, int count, int values) {
        float[] drawn = new float[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = random.nextInt(values);
        }
        return drawn;
    }

    private static double pairs(float[] positive, float[] negative) {
        double sum = 0;
        for (float p : positive) {
            for (float n : negative) {
                sum += p > n ? 1 : p == n ? 0.5 : 0;
            }
        }
        return sum / ((double) positive.length * negative.length);
    }

    private static float[] above(float[] values) {
        float[] kept = new float[values.length - zeros(values)];
        int size = 0;
        for (float value : values) {
            if (value > 0) {
                kept[size++] = value;
            }
        }
        return kept;
    }

    private static int zeros(float[] values) {
        int zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 10, 0, 0.3084971",
        "5, 10, 0.1870861, 0.8129139",
        "10, 10, 0.6915029, 1",
        "7, 20, 0.1539092, 0.5921885",
        "1, 1000, 2.531749e-05, 0.005558924"
    })
    void shouldGiveThePublishedIntervalOfClopperAndPearson(int k, int n, double low, double high) {
        Share share = Binomial.share(k, n);
        assertThat(share.low()).isCloseTo(low, within(1e-6));
        assertThat(share.high()).isCloseTo(high, within(1e-6));
        assertThat(share.share()).isEqualTo((double) k / n);
    }

    @Test
    void shouldAgreeWithTheClosedFormWhenNoneOrOneWasSeen() {
        // None of n: 1 - 0.025^(1/n); at least one of n is seen with 0.025 at 1 - 0.975^(1/n).
        for (int n : new int[] {1, 10, 126, 622}) {
            assertThat(Binomial.share(0, n).high()).isCloseTo(1 - Math.pow(0.025, 1.0 / n), within(1e-12));
            assertThat(Binomial.share(1, n).low()).isCloseTo(1 - Math.pow(0.975, 1.0 / n), within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.2, 0.5, 0.77, 0.999})
    void shouldCoverAtLeastAsOftenAsItSays(double p) {
        for (int n : new int[] {3, 20, 61}) {
            double covered = 0;
            for (int k = 0; k <= n; k++) {
                Share share = Binomial.share(k, n);
                covered += share.low() <= p && p <= share.high() ? mass(k, n, p) : 0;
            }
            assertThat(covered).isGreaterThanOrEqualTo(0.95);
        }
    }

    @Test
    void shouldSumTheBinomialDistribution() {
        for (int n : new int[] {1, 7, 40, 300}) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += mass(k, n, 0.3);
                assertThat(Binomial.cdf(k, n, 0.3)).isCloseTo(sum, within(1e-11));
            }
        }
    }

    @Test
    void shouldTellRulesApartOnlyWhenOneCatchesMoreAlone() {
        assertThat(Binomial.paired(0, 0)).isEqualTo(1);
        assertThat(Binomial.paired(5, 5)).isEqualTo(1);
        assertThat(Binomial.paired(0, 10)).isCloseTo(2 / 1024.0, within(1e-12));
        assertThat(Binomial.paired(3, 12)).isEqualTo(Binomial.paired(12, 3)).isCloseTo(0.03515625, within(1e-12));
    }

    private static double mass(int k, int n, double p) {
        double mass = Math.pow(p, k) * Math.pow(1 - p, n - k);
        for (int i = 1; i <= k; i++) {
            mass *= (n - k + i) / (double) i;
        }
        return mass;
    }

    @Test
    void shouldAllowAsManyFalsePositivesAsTheShareSaysAndNoMore() {
        float[] negatives = new float[250];
        for (int i = 0; i < negatives.length; i++) {
            negatives[i] = i;
        }
        float above = OperatingPoint.threshold(negatives, 0.01);
        assertThat(OperatingPoint.count(negatives, above)).isEqualTo(2);
        assertThat(OperatingPoint.count(negatives, Math.nextDown(above))).isEqualTo(3);
        assertThat(OperatingPoint.threshold(new float[] {4, 9, 1}, 0.01)).isEqualTo(9);
        float[] tied = {1, 7, 7, 7};
        assertThat(OperatingPoint.count(tied, OperatingPoint.threshold(tied, 0.5)))
                .isZero();
    }
}
