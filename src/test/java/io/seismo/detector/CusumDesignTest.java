package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.spec.DetectorPlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CusumDesignTest {

    private static final double[] STEPS = {
        1 / 70., 1 / 47., 1 / 31., 2 / 43., 2 / 29., 3 / 31., 3 / 23., 5 / 23., 6 / 19., 7 / 17., 10 / 11., 14 / 11.,
        20 / 11., 41 / 11., 61 / 11., 101 / 11., 301 / 11., 601 / 11.
    };

    @Test
    void shouldShareTheBudgetWhenWatchesAndShiftsAreMany() {
        var plan = new DetectorPlan.Rate("rate", List.of("a", "b"), 6, List.of(2.0, 5.0), 0.8);
        CusumDesign design = CusumDesign.of(plan, 10_000);
        assertThat(design.charts()).isEqualTo(4);
        assertThat(design.weekWindows()).isEqualTo(10_080);
        assertThat(design.windows()).isEqualTo(50_400);
        assertThat(new CusumDesign(60_000, 1_000, 1).windows())
                .as("the planning table")
                .isEqualTo(1.008e7);
    }

    @Test
    void shouldBeTheLikelihoodRatioWhenKIsChosen() {
        assertThat(CusumDesign.k(1, 2)).isEqualTo(1 / StrictMath.log(2), within(1e-15));
        assertThat(CusumDesign.k(2, 5)).isEqualTo(4.9707, within(1e-4));
    }

    /** Means whose k lies on other lattices than the table's. */
    @ParameterizedTest
    @CsvSource({"2, 50400", "5, 50400", "1.5, 50400", "2, 2520", "5, 2520"})
    void shouldKeepTheRunLengthWhenMeanIsBetweenPoints(double shift, double windows) {
        CusumLimits limits = new CusumLimits(shift, windows);
        for (double dispersion : new double[] {1, 1.1, 1.35, 2.5}) {
            for (double k : STEPS) {
                double mean = k / CusumDesign.k(1, shift);
                double h = limits.h(mean, dispersion);
                double kept = new RunLength(k, h).from(0, mean, dispersion) / windows;
                assertThat(kept)
                        .as("k %s, dispersion %s, h %s", k, dispersion, h)
                        .isGreaterThan(0.99);
            }
        }
    }

    @Test
    void shouldNotWasteDelayWhenCountsAreOrdinary() {
        CusumLimits limits = new CusumLimits(2, 50_400);
        for (double k : STEPS) {
            if (k < 10) {
                double mean = k / CusumDesign.k(1, 2);
                assertThat(new RunLength(k, limits.h(mean, 1)).at(mean) / 50_400)
                        .as("k %s", k)
                        .isLessThan(1.8);
            }
        }
    }

    @Test
    void shouldBreakTheRunLengthWhenOverdispersionIsIgnored() {
        double h = new CusumLimits(2, 50_400).h(1, 1);
        assertThat(new RunLength(CusumDesign.k(1, 2), h).from(0, 1, 2)).isLessThan(0.05 * 50_400);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 1e-4, 0.3, 7, 1e5})
    void shouldGiveTheSameBitsWhenAskedInAnotherOrder(double mean) {
        CusumLimits first = new CusumLimits(2, 50_400);
        CusumLimits second = new CusumLimits(2, 50_400);
        second.h(3, 2.2);
        second.h(0.01, 1);
        for (double dispersion : new double[] {1, 1.7, 9}) {
            assertThat(second.h(mean, dispersion)).isEqualTo(first.h(mean, dispersion));
        }
    }

    @Test
    void shouldNeverPageOnTwoRequestsWhenUsualIsAlmostNothing() {
        assertThat(new CusumLimits(5, 50_400).h(1e-6, 1)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldRefuseWhenThereIsNoBudget() {
        assertThatThrownBy(() -> new CusumDesign(60_000, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CusumLimits(1, 100)).isInstanceOf(IllegalArgumentException.class);
    }
}
