package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Run lengths against published ones, against a naive solution and against simulation. */
class RunLengthTest {

    @Test
    void shouldMatchLucas1985WhenUpperPoissonCusum() {
        RunLength chart = new RunLength(0.25, 10);
        assertThat(chart.at(0.25)).isEqualTo(438, within(0.5));
        assertThat(chart.from(5, 0.25, 1)).as("head start h/2").isEqualTo(333, within(0.5));
        assertThat(new RunLength(0.25, 9).at(0.25))
                .as("the figure depends on h")
                .isLessThan(400);
    }

    /**
     * The printed charts have three figures, so ARL0 is only near 1e7; delays hold to their printed rounding or 1 %, but
     * for four entries: the table has 2.5, 3.5, 4.5 and 216 where 2.4, 3.4, 4.4 and 203.9 stand here.
     */
    @ParameterizedTest
    @CsvSource({
        "0.05, 0.070, 18.0, 571, 224, 102, 43, 8.1",
        "0.2, 0.290, 18.4, 160, 60, 27, 11.6, 2.4",
        "1, 1.45, 19.9, 36.5, 13.7, 6.3, 2.9, 1.0",
        "2, 2.90, 20.3, 19.2, 7.3, 3.4, 1.8, 1.0",
        "10, 14.5, 20.4, 4.4, 1.9, 1.0, 1.0, 1.0",
        "0.2, 0.495, 8.64, 1127, 67, 18.3, 6.7, 1.5",
        "2, 4.95, 8.23, 203.9, 8.1, 2.4, 1.1, 1.0"
    })
    void shouldMatchPlanningTableWhenHighRunLength(
            double mu, double k, double h, double x2, double x3, double x5, double x10, double x50) {
        RunLength chart = new RunLength(k, h);
        assertThat(chart.at(mu)).isBetween(9.3e6, 1.01e7);
        double[] ratios = {2, 3, 5, 10, 50};
        double[] printed = {x2, x3, x5, x10, x50};
        for (int i = 0; i < ratios.length; i++) {
            double rounding = printed[i] >= 20 && printed[i] == Math.rint(printed[i]) ? 0.5 : 0.051;
            assertThat(chart.at(ratios[i] * mu))
                    .as("delay at %sx", ratios[i])
                    .isEqualTo(printed[i], within(Math.max(rounding, 0.01 * printed[i])));
        }
    }

    /** Those four delays belong to charts that round to the printed ones but lie a lattice step higher. */
    @ParameterizedTest
    @CsvSource({
        "10, 0.29, 18.4, 0.29, 18.449, 2.5, 2.396",
        "10, 2.9, 20.3, 2.9, 20.349, 3.5, 3.422",
        "20, 14.5, 20.4, 14.54545454545454, 20.449, 4.5, 4.420",
        "4, 4.95, 8.23, 4.954545454545454, 8.2349, 216, 203.87"
    })
    void shouldDisagreeWithThePrintedDelayWhenTheTableRoundedItsChart(
            double mean, double k, double h, double fullK, double fullH, double printed, double here) {
        double exact = new RunLength(k, h).at(mean);
        int runs = 200_000;
        assertThat(exact).isEqualTo(here, within(0.001 * here));
        assertThat(simulated(k, h, mean, runs)).isEqualTo(exact, within(3 * exact / Math.sqrt(runs)));
        assertThat(exact).isLessThan(0.985 * printed);
        assertThat(new RunLength(fullK, fullH).at(mean)).isEqualTo(printed, within(Math.max(0.051, 0.01 * printed)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, 10, 0.25",
        "0.29, 18.4, 0.4",
        "1.45, 19.9, 2",
        "2.9, 20.3, 4",
        "14.5, 20.4, 20",
        "0.495, 8.64, 0.6",
        "0.4328, 4.31, 0.3"
    })
    void shouldMatchSimulationWhenRunLengthIsShort(double k, double h, double mean) {
        int runs = 20_000;
        double exact = new RunLength(k, h).at(mean);
        assertThat(simulated(k, h, mean, runs)).isEqualTo(exact, within(3 * exact / Math.sqrt(runs)));
    }

    @Test
    void shouldMatchSimulationWhenCountsAreOverdispersed() {
        // Negative binomial of dispersion 3 as a gamma-free mixture: clusters of logarithmic size.
        double exact = new RunLength(1.4375, 12).from(0, 1, 3);
        Counts counts = new Counts(7);
        int runs = 5_000;
        double windows = 0;
        for (int run = 0; run < runs; run++) {
            for (double c = 0; c < 12; windows++) {
                c = Math.max(0, c + negativeBinomial(counts, 1, 3) - 1.4375);
            }
        }
        assertThat(windows / runs).isEqualTo(exact, within(3 * exact / Math.sqrt(runs)));
    }

    /** Brook and Evans's states for a normal CUSUM; published one-sided run lengths. */
    @ParameterizedTest
    @CsvSource({"4, 335.4", "5, 930.9"})
    void shouldMatchNormalCusumWhenStatesAreFine(double h, double published) {
        assertThat(normalCusum(0.5, h, 400)).isEqualTo(published, within(0.001 * published));
        assertThat(normalCusum(0.6, h, 400)).as("another k is told apart").isGreaterThan(1.2 * published);
    }

    @Test
    void shouldMatchNaiveEliminationWhenChainIsSmall() {
        double[] mass = CountLaw.of(0.8, 1.7).mass();
        double[] climbing = new LadderChain(mass, 3, 4, 40).meanSteps(5);
        for (int limit : new int[] {6, 17, 40}) {
            assertThat(climbing[limit]).isEqualTo(naive(mass, limit)[5], within(1e-9 * climbing[limit]));
        }
    }

    @Test
    void shouldSayNeverWhenLimitIsOutOfReach() {
        assertThat(new RunLength(5_000, 4).at(1_000)).isInfinite();
    }

    @Test
    void shouldRefuseWhenArgumentsMakeNoChart() {
        assertThatThrownBy(() -> new RunLength(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RunLength(1, 4).from(4, 1, 1)).hasMessageContaining("not below the limit");
        assertThatThrownBy(() -> CountLaw.of(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldHaveItsMomentsWhenLawIsBuiltFromTheMode() {
        for (double mean : new double[] {0.001, 0.7, 40, 3_000}) {
            for (double dispersion : new double[] {1, 1.3, 6}) {
                double[] mass = CountLaw.of(mean, dispersion).mass();
                double first = 0;
                double second = 0;
                for (int x = 0; x < mass.length; x++) {
                    first += x * mass[x];
                    second += (x - mean) * (x - mean) * mass[x];
                }
                assertThat(first).isEqualTo(mean, within(1e-9 * mean));
                assertThat(second).isEqualTo(mean * dispersion, within(1e-8 * mean * dispersion));
            }
        }
        assertThat(CountLaw.of(2, 1).mass()[3]).isEqualTo(StrictMath.exp(-2) * 8 / 6, within(1e-15));
    }

    private static double simulated(double k, double h, double mean, int runs) {
        Counts counts = new Counts(20_261_122);
        double windows = 0;
        for (int run = 0; run < runs; run++) {
            for (double c = 0; c < h - 1e-9; windows++) {
                c = Math.max(0, c + counts.poisson(mean) - k);
            }
        }
        return windows / runs;
    }

    private static int negativeBinomial(Counts counts, double mean, double dispersion) {
        double share = 1 - 1 / dispersion;
        int clusters = counts.poisson(mean / (dispersion - 1) * StrictMath.log(dispersion));
        int total = 0;
        for (int i = 0; i < clusters; i++) {
            double u = counts.uniform();
            double p = share / StrictMath.log(dispersion);
            int size = 1;
            for (double cumulated = p; u > cumulated && size < 1_000; cumulated += p) {
                p *= share * size / (size + 1);
                size++;
            }
            total += size;
        }
        return total;
    }

    private static double normalCusum(double k, double h, int states) {
        double width = 2 * h / (2 * states - 1);
        int reach = (int) Math.ceil(10 / width);
        double[] mass = new double[2 * reach + 1];
        for (int step = -reach; step <= reach; step++) {
            mass[step + reach] = normal((step + 0.5) * width + k) - normal((step - 0.5) * width + k);
        }
        return new LadderChain(mass, 1, reach, states).meanSteps(0)[states];
    }

    /** Standard normal distribution function by its series. */
    private static double normal(double x) {
        if (Math.abs(x) > 9) {
            return x > 0 ? 1 : 0;
        }
        double sum = x;
        double term = x;
        for (int n = 3; Math.abs(term) > 1e-18; n += 2) {
            term *= x * x / n;
            sum += term;
        }
        return 0.5 + sum * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Gauss-Jordan on (I − Q)·L = 1 for down 4 and stride 3. */
    private static double[] naive(double[] mass, int limit) {
        double[][] a = new double[limit][limit + 1];
        for (int i = 0; i < limit; i++) {
            a[i][i] += 1;
            a[i][limit] = 1;
            for (int x = 0; x < mass.length; x++) {
                int to = Math.max(0, i - 4 + 3 * x);
                if (to < limit) {
                    a[i][to] -= mass[x];
                }
            }
        }
        for (int p = 0; p < limit; p++) {
            for (int r = 0; r < limit; r++) {
                double factor = r == p ? 0 : a[r][p] / a[p][p];
                for (int c = p; factor != 0 && c <= limit; c++) {
                    a[r][c] -= factor * a[p][c];
                }
            }
        }
        double[] steps = new double[limit];
        for (int i = 0; i < limit; i++) {
            steps[i] = a[i][limit] / a[i][i];
        }
        return steps;
    }
}
