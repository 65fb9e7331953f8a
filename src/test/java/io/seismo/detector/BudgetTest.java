package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RatePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the promised false pages are kept on quiet streams whose traffic swings sixfold over a day. */
class BudgetTest {

    private static final long MINUTE = 60_000;
    private static final int DAY = 1_440;
    private static final List<Double> SHIFTS = List.of(2.0, 5.0);

    /** Two charts that may page twice a week together. */
    private static final CusumDesign DESIGN = new CusumDesign(MINUTE, 2, 2);

    private static final RateDetector DETECTOR = RateDetector.of(SHIFTS, DESIGN);

    @ParameterizedTest
    @CsvSource({"0.05", "0.3", "1", "3", "10", "40"})
    void shouldKeepTheBudgetWhenRateIsKnown(double mean) {
        int windows = 1_000_000;
        Quiet stream = new Quiet(mean, 31);
        List<PoissonCusum> charts = charts();
        CusumState[] states = {CusumState.ZERO, CusumState.ZERO};
        int pages = 0;
        boolean before = false;
        for (int i = 0; i < windows; i++) {
            CountWindow window = stream.next();
            double usual = stream.rate * window.seen();
            boolean deviant = false;
            for (int c = 0; c < 2; c++) {
                states[c] = charts.get(c).next(states[c], new PoissonCusum.Usual(usual, mean, 1, usual), window);
                deviant |= states[c].alarming();
            }
            pages += deviant && !before ? 1 : 0;
            before = deviant;
        }
        check("known rate", mean, pages, 2 * windows / DESIGN.weekWindows());
    }

    /**
     * The rate is learned by a baseline of a day's warm-up. The promise is per baseline with 90 % confidence; over
     * baselines as they come the mean must hold too, and the first day's is measured apart.
     */
    @ParameterizedTest
    @CsvSource({"0.05, 30", "0.3, 20", "1, 20", "10, 20"})
    void shouldKeepTheBudgetWhenRateIsLearned(double mean, int streams) {
        int days = 42;
        double pages = 0;
        double early = 0;
        double reference = 0;
        for (int stream = 0; stream < streams; stream++) {
            int[] found = learned(new Quiet(mean, 1_000 + stream), days);
            pages += found[0];
            early += found[1];
            reference += found[2];
        }
        double weeks = streams * (days - 2) / 7.0;
        check("learned rate", mean, pages, 2 * weeks);
        System.out.printf(
                "   first nine days %.2f pages a stream; reference chart %.2f of one chart's share%n",
                early / streams, reference / weeks);
    }

    private static int[] learned(Quiet stream, int days) {
        RateState state = DETECTOR.start(new RatePolicy(MINUTE, 6 * 60 * MINUTE, 2_000, DAY * MINUTE, stream.rate));
        int[] pages = new int[3];
        boolean before = false;
        boolean referenceBefore = false;
        for (int i = 0; i < days * DAY; i++) {
            CountWindow window = stream.next();
            RateVerdicts verdicts = DETECTOR.judge(state, window);
            boolean deviant = verdicts.decisive().deviant();
            DETECTOR.learn(state, window, !deviant);
            pages[0] += deviant && !before ? 1 : 0;
            pages[1] += deviant && !before && i < 9 * DAY ? 1 : 0;
            pages[2] += verdicts.reference().deviant() && !referenceBefore ? 1 : 0;
            before = deviant;
            referenceBefore = verdicts.reference().deviant();
        }
        return pages;
    }

    /** Negative control: on the point estimate of six hours a chart spends more than it says, on its bound it does not. */
    @Test
    void shouldBreakTheBudgetWhenAnEstimateIsTakenAtItsWord() {
        List<PoissonCusum> charts = charts();
        int windows = 7 * DAY;
        int streams = 100;
        int taken = 0;
        int bounded = 0;
        for (int s = 0; s < streams; s++) {
            double fired = 0;
            double seen = 0;
            Quiet stream = new Quiet(0.05, 5_000 + s);
            for (int i = 0; i < DAY / 4; i++) {
                CountWindow window = stream.next();
                fired += window.fired();
                seen += window.seen();
            }
            taken += pages(charts, new Quiet(0.05, s), Math.max(0.5, fired) / seen, windows);
            bounded += pages(charts, new Quiet(0.05, s), (fired + 1 + 1.2816 * Math.sqrt(fired + 1)) / seen, windows);
        }
        double stated = 2.0 * streams * windows / DESIGN.weekWindows();
        System.out.printf(
                "budget, estimate of 6 h, mu0 0.05: at its word %d, bound %d, stated %.0f%n", taken, bounded, stated);
        assertThat((double) taken).isGreaterThan(1.3 * stated);
        assertThat((double) bounded).isLessThan(stated + 3 * Math.sqrt(stated));
    }

    /** Negative control: a limit that follows traffic down meets by night what was gathered by day. */
    @Test
    void shouldPageMoreWhenTheLimitFollowsTraffic() {
        int windows = 1_000_000;
        int[] pages = new int[2];
        for (int follow = 0; follow < 2; follow++) {
            Quiet stream = new Quiet(0.05, 31);
            for (PoissonCusum chart : charts()) {
                CusumState state = CusumState.ZERO;
                for (int i = 0; i < windows; i++) {
                    CountWindow window = stream.next();
                    boolean before = state.alarming();
                    double usual = stream.rate * window.seen();
                    double level = follow == 1 ? usual : 0.05;
                    state = chart.next(state, new PoissonCusum.Usual(usual, level, 1, usual), window);
                    pages[follow] += state.alarming() && !before ? 1 : 0;
                }
            }
        }
        System.out.printf("budget, limit of the level %d pages, limit that follows %d%n", pages[0], pages[1]);
        assertThat(pages[1]).isGreaterThan(2 * pages[0]);
    }

    private static int pages(List<PoissonCusum> charts, Quiet stream, double rate, int windows) {
        int pages = 0;
        for (PoissonCusum chart : charts) {
            CusumState state = CusumState.ZERO;
            for (int i = 0; i < windows; i++) {
                CountWindow window = stream.next();
                boolean before = state.alarming();
                double usual = rate * window.seen();
                state = chart.next(state, new PoissonCusum.Usual(usual, rate * stream.requests, 1, usual), window);
                pages += state.alarming() && !before ? 1 : 0;
            }
        }
        return pages;
    }

    private static List<PoissonCusum> charts() {
        return SHIFTS.stream()
                .map(shift -> new PoissonCusum(shift, DESIGN.limits(shift)))
                .toList();
    }

    private static void check(String what, double mean, double pages, double stated) {
        System.out.printf(
                "budget, %s, mu0 %s: %.0f pages, stated %.1f, ratio %.2f%n", what, mean, pages, stated, pages / stated);
        assertThat(stated).as("enough to measure").isGreaterThan(100);
        assertThat(pages).as(what).isLessThanOrEqualTo(stated + 3 * Math.sqrt(stated));
        assertThat(pages).as("the stream can page at all").isPositive();
    }

    /** Requests follow the sun; the share that fires does not change. */
    private static final class Quiet {

        private final Counts counts;
        private final double rate;
        private final double requests;
        private long minute;

        /** @param mean requests that fire in a window, over the day */
        Quiet(double mean, long seed) {
            counts = new Counts(seed);
            requests = Math.max(20, mean * 10);
            rate = mean / requests;
        }

        CountWindow next() {
            double sun = 1 + 0.714 * StrictMath.sin(2 * Math.PI * minute / DAY);
            int seen = counts.poisson(requests * sun);
            minute++;
            return new CountWindow(minute * MINUTE, MINUTE, counts.poisson(rate * seen), seen);
        }
    }
}
