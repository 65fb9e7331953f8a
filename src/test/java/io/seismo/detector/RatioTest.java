package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ratios over panes: their chance error against the textbook's sum, the t distribution against published tables. */
class RatioTest {

    /** Upper points of Student's t: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2. */
    @ParameterizedTest
    @CsvSource({
        "0.10, 1, 3.078", "0.05, 1, 6.314", "0.001, 1, 318.313", "0.05, 2, 2.920", "0.001, 2, 22.327",
        "0.01, 3, 4.541", "0.001, 4, 7.173", "0.05, 5, 2.015", "0.001, 5, 5.893", "0.01, 10, 2.764",
        "0.001, 10, 4.143", "0.05, 30, 1.697", "0.001, 59, 3.234", "0.025, 100, 1.984", "0.001, 100, 3.174"
    })
    void shouldAgreeWithPublishedPointsOfStudentsT(double probability, int freedom, double point) {
        assertThat(StudentT.exceeded(probability, freedom)).isCloseTo(point, within(1e-3 * Math.max(1, point / 10)));
        assertThat(StudentT.tail(StudentT.exceeded(probability, freedom), freedom))
                .isCloseTo(probability, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 30, 8_639})
    void shouldBeSymmetricAndFallWhenTGrows(int freedom) {
        assertThat(StudentT.tail(0, freedom)).isEqualTo(0.5);
        double before = 0.5;
        for (double t = 0.25; t < 8; t += 0.25) {
            double tail = StudentT.tail(t, freedom);
            assertThat(tail).isBetween(0.0, before);
            before = tail;
        }
    }

    @Test
    void shouldGiveTheLinearisedVarianceOfTheTextbook() {
        Random random = new Random(7);
        double[] a = new double[60];
        double[] b = new double[60];
        RatioSums sums = RatioSums.NONE;
        for (int i = 0; i < a.length; i++) {
            b[i] = 1e9 * (1 + random.nextDouble());
            a[i] = b[i] * (0.24 + 0.05 * random.nextGaussian());
            sums = sums.plus(a[i], b[i]);
        }
        double r = sum(a) / sum(b);
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            squares += (a[i] - r * b[i]) * (a[i] - r * b[i]);
        }
        double weight = sums.effectivePanes();
        double expected = Math.sqrt(squares * 60 / 59) / sum(b) * weight / (weight - 1);
        assertThat(sums.ratio()).isCloseTo(r, within(1e-12));
        assertThat(sums.standardError()).isCloseTo(expected, within(1e-9 * expected));
        assertThat(sums.effectivePanes()).isBetween(50.0, 60.0);
    }

    @Test
    void shouldCountAPaneThatOutweighsTheOthersAsLittleMoreThanOne() {
        RatioSums sums = RatioSums.NONE.plus(300, 1_000);
        for (int i = 0; i < 40; i++) {
            sums = sums.plus(0.5, 1);
        }
        assertThat(sums.panes()).isEqualTo(41);
        assertThat(sums.effectivePanes()).isBetween(1.0, 1.1);
        assertThat(sums.plus(5, 0)).isEqualTo(sums);
    }

    @Test
    void shouldSayUnknownAndNotBeDeviantWhenThereIsNothingOrTooLittle() {
        UnexplainedCeiling ceiling = new UnexplainedCeiling(0.35, 0.1, 600_000);
        RatioVerdict none = ceiling.verdict(new RatioVerdict.Window(0, RatioSums.NONE, 0, 0, 0));
        assertThat(none.verdict().guard()).isEqualTo("no sampled tokens in the window: reconstruction unknown");

        RatioSums few = RatioSums.NONE.plus(99, 100).plus(98, 100).plus(97, 100).plus(99, 100);
        RatioVerdict four = ceiling.verdict(new RatioVerdict.Window(0, few, 10, 40, 0));
        assertThat(four.verdict().deviant()).isFalse();
        assertThat(four.verdict().guard()).contains("count as 4.0 panes; 5 are needed");

        RatioVerdict five = ceiling.verdict(new RatioVerdict.Window(0, few.plus(98, 100), 10, 50, 0.24));
        assertThat(five.verdict().deviant()).isTrue();
        assertThat(five.verdict().expected()).isEqualTo(0.24);
        assertThat(five.toCore("drift", 0.1).getMargin()).isPositive();
        assertThatThrownBy(() -> new ChanceMargin(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"14, true, 15", "15.2, false, 15", "30, false, 15", "59, false, 60", "61, true, 60"})
    void shouldBeDeviantWhenFewerOrMoreFeaturesFireThanTheBandAllows(double mean, boolean deviant, double edge) {
        RatioSums sums = RatioSums.NONE;
        for (int i = 0; i < 60; i++) {
            sums = sums.plus(100 * (mean + (i % 2 == 0 ? 0.5 : -0.5)), 100);
        }
        RatioVerdict verdict = new ActiveBand(15, 60, 0.1, 600_000)
                .verdict(new RatioVerdict.Window(0, sums, (long) (6_000 * mean), 6_000, 0));
        assertThat(verdict.verdict().deviant()).isEqualTo(deviant);
        assertThat(verdict.verdict().threshold()).isEqualTo(edge);
        assertThat(verdict.verdict().method()).isEqualTo("l0-band");
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
