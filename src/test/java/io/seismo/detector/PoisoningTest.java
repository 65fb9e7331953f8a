package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RatePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps and slow ramps against a baseline with gate, winsorising and lag, and against one that learns from all. */
class PoisoningTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final int REQUESTS = 100;
    private static final double RATE = 0.01;
    private static final int WARM = 4 * 24 * 60;
    private static final int RUNS = 60;
    private static final CusumDesign DESIGN = new CusumDesign(MINUTE, 4, 0.8);
    private static final RateDetector DETECTOR = RateDetector.of(List.of(2.0, 5.0), DESIGN);

    /** Who may learn, and from how recent a past. */
    private enum Teaching {
        GUARDED(6 * HOUR),
        ALWAYS(0);

        private final long lagMs;

        Teaching(long lagMs) {
            this.lagMs = lagMs;
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 19, 29", "3, 7, 12", "5, 2.5, 6", "10, 1, 3"})
    void shouldFindAStepInMinutes(double ratio, double least, double most) {
        double delay = meanDelay(Teaching.GUARDED, minutes -> ratio).paged();
        System.out.printf("step %sx: %.1f min%n", ratio, delay);
        assertThat(delay).isBetween(least, most);
    }

    @Test
    void shouldNotLearnAStepWhenItStays() {
        RateState state = warm(Teaching.GUARDED, new Counts(3));
        RateState always = warm(Teaching.ALWAYS, new Counts(3));
        Counts counts = new Counts(4);
        double before = state.baseline().rate();
        for (int i = 0; i < 2 * 24 * 60; i++) {
            CountWindow window = window(WARM + i, counts.poisson(3 * RATE * REQUESTS));
            boolean deviant = DETECTOR.judge(state, window).decisive().deviant();
            DETECTOR.learn(state, window, !deviant);
        }
        assertThat(state.baseline().rate()).isBetween(0.9 * before, 1.1 * before);
        assertThat(state.charts[0].alarming()).isTrue();
        for (int i = 0; i < 2 * 24 * 60; i++) {
            always.baseline().observe(window(WARM + i, counts.poisson(3 * RATE * REQUESTS)), true);
        }
        assertThat(always.baseline().rate()).as("negative control").isGreaterThan(1.3 * before);
    }

    /** A ramp to threefold: the guarded baseline finds it no later, and clearly sooner when it takes a week. */
    @ParameterizedTest
    @CsvSource({"4, 1.01", "24, 1.01", "168, 0.95"})
    void shouldFindARampSoonerWhenTheBaselineIsGuarded(double hours, double share) {
        Ramp ramp = minutes -> 1 + 2 * Math.min(1, minutes / (60 * hours));
        Delay guarded = meanDelay(Teaching.GUARDED, ramp);
        Delay always = meanDelay(Teaching.ALWAYS, ramp);
        System.out.printf(
                "ramp to 3x over %s h: guarded %.0f min (reference %.0f), always %.0f min%n",
                hours, guarded.paged, guarded.reference, always.paged);
        assertThat(guarded.paged).isLessThanOrEqualTo(share * always.paged);
        assertThat(guarded.missed).isZero();
    }

    /** Over eight weeks the learned rate follows; the reference does not and shows the ramp sooner. */
    @Test
    void shouldShowAgainstTheReferenceFirstWhenARampIsVerySlow() {
        Ramp ramp = minutes -> 1 + 2 * Math.min(1, minutes / (60 * 24 * 56));
        Delay guarded = meanDelay(Teaching.GUARDED, ramp);
        System.out.printf(
                "ramp to 3x over 8 weeks: reference %.1f days, learned %.1f days (missed %d of %d)%n",
                guarded.reference / 1_440, guarded.paged / 1_440, guarded.missed, RUNS);
        assertThat(guarded.reference).isLessThan(0.9 * guarded.paged);
    }

    /** @param reference mean minutes until the chart against the reference alarms */
    private record Delay(double paged, double reference, int missed) {}

    private interface Ramp {
        double ratio(double minutes);
    }

    private static Delay meanDelay(Teaching teaching, Ramp ramp) {
        double paged = 0;
        double reference = 0;
        int missed = 0;
        int most = 70 * 24 * 60;
        for (int run = 0; run < RUNS; run++) {
            Counts counts = new Counts(100 + run);
            RateState state = warm(teaching, counts);
            int first = most;
            int firstReference = most;
            for (int i = 0; i < most && (first == most || firstReference == most); i++) {
                CountWindow window = window(WARM + i, counts.poisson(ramp.ratio(i) * RATE * REQUESTS));
                RateVerdicts verdicts = DETECTOR.judge(state, window);
                first = verdicts.decisive().deviant() ? Math.min(first, i + 1) : first;
                firstReference = verdicts.reference().deviant() ? Math.min(firstReference, i + 1) : firstReference;
                learn(state, teaching, window, verdicts);
            }
            paged += first;
            reference += firstReference;
            missed += first == most ? 1 : 0;
        }
        return new Delay(paged / RUNS, reference / RUNS, missed);
    }

    private static RateState warm(Teaching teaching, Counts counts) {
        RateState state = DETECTOR.start(new RatePolicy(MINUTE, teaching.lagMs, 2_000, 24 * HOUR, RATE));
        for (int i = 0; i < WARM; i++) {
            CountWindow window = window(i, counts.poisson(RATE * REQUESTS));
            learn(state, teaching, window, DETECTOR.judge(state, window));
        }
        assertThat(state.baseline().warm()).isTrue();
        // A false alarm of the quiet past must not count as finding what is injected.
        for (int c = 0; c < state.charts.length; c++) {
            state.charts[c] = CusumState.ZERO;
        }
        state.reference = CusumState.ZERO;
        return state;
    }

    private static void learn(RateState state, Teaching teaching, CountWindow window, RateVerdicts verdicts) {
        switch (teaching) {
            case GUARDED -> DETECTOR.learn(state, window, !verdicts.decisive().deviant());
            case ALWAYS -> state.baseline().observe(window, true);
        }
    }

    private static CountWindow window(int minute, int fired) {
        return new CountWindow((minute + 1) * MINUTE, MINUTE, fired, REQUESTS);
    }
}
