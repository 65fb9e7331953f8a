package io.seismo.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.baseline.CountWindow;
import io.seismo.baseline.RatePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateDetectorTest {

    private static final long MINUTE = 60_000;
    private static final CusumDesign DESIGN = new CusumDesign(MINUTE, 4, 0.8);
    private static final RateDetector DETECTOR = RateDetector.of(List.of(2.0, 5.0), DESIGN);
    private static final RatePolicy POLICY = new RatePolicy(MINUTE, 10 * MINUTE, 1_000, 60 * MINUTE, 0.01);

    private long minute;

    @Test
    void shouldHoldBackWhenColdAndTheChangeIsNotGross() {
        RateState state = DETECTOR.start(POLICY);
        for (int i = 0; i < 40; i++) {
            Verdict verdict = judge(state, 5).decisive();
            assertThat(verdict.deviant()).isFalse();
            assertThat(verdict.guard()).contains("cold: learned from 0 requests in 0 min", "10x the usual");
        }
        assertThat(state.charts[0].alarming())
                .as("the chart itself has alarmed")
                .isTrue();
    }

    @Test
    void shouldAlarmWhenColdAndTheChangeIsGross() {
        RateState state = DETECTOR.start(POLICY);
        judge(state, 0);
        RateVerdicts verdicts = judge(state, 60);
        assertThat(verdicts.decisive().deviant()).isTrue();
        assertThat(verdicts.decisive().guard()).isEmpty();
        assertThat(verdicts.decisive().expected()).isEqualTo(1, within(1e-12));
        assertThat(verdicts.reference().guard()).isEqualTo("no reference yet");
    }

    @Test
    void shouldSayWhyWhenNothingIsKnown() {
        RateState state = DETECTOR.start(new RatePolicy(MINUTE, 10 * MINUTE, 1_000, 60 * MINUTE, 0));
        Verdict verdict = judge(state, 100).decisive();
        assertThat(verdict.deviant()).isFalse();
        assertThat(verdict.guard()).isEqualTo("cold: no prior rate and nothing learned yet");
    }

    @Test
    void shouldStartItsChartsAnewWhenBaselineBecomesWarm() {
        RateState state = DETECTOR.start(new RatePolicy(MINUTE, 10 * MINUTE, 1_000, 60 * MINUTE, 0.001));
        for (int i = 0; i < 200 && !state.baseline().warm(); i++) {
            CountWindow window = window(2);
            DETECTOR.judge(state, window);
            // The prior was wrong, the guard held the alarm back, so no alert keeps the baseline from learning.
            state.charts[0] = new CusumState(state.charts[0].statistic(), false, state.charts[0].run());
            state.charts[1] = new CusumState(state.charts[1].statistic(), false, state.charts[1].run());
            DETECTOR.learn(state, window, true);
        }
        assertThat(state.baseline().warm()).isTrue();
        assertThat(state.charts).containsOnly(CusumState.ZERO);
    }

    @Test
    void shouldBecomeWarmWhenThePriorWasFarTooLow() {
        RateState state = DETECTOR.start(new RatePolicy(MINUTE, 10 * MINUTE, 1_000, 60 * MINUTE, 1e-6));
        boolean deviant = false;
        for (int i = 0; i < 2_000; i++) {
            CountWindow window = window(1);
            deviant = DETECTOR.judge(state, window).decisive().deviant();
            DETECTOR.learn(state, window, !deviant);
        }
        assertThat(state.baseline().warm()).isTrue();
        assertThat(deviant).isFalse();
        assertThat(state.baseline().rate()).isEqualTo(0.01, within(0.002));
    }

    /** An alarm ends soon after a burst, however large it was. */
    @ParameterizedTest
    @CsvSource({"10, 1", "60, 1", "60, 300"})
    void shouldEndWhenTheBurstIsOver(int fired, int minutes) {
        double total = 0;
        int runs = 100;
        for (int run = 0; run < runs; run++) {
            RateState state = warm();
            Counts counts = new Counts(run);
            for (int i = 0; i < minutes; i++) {
                step(state, fired + 20);
            }
            assertThat(state.charts[0].alarming()).isTrue();
            int ends = 0;
            while (step(state, counts.poisson(1)).decisive().deviant()) {
                ends++;
            }
            total += ends + 1;
        }
        System.out.printf("burst of %d for %d min: ends after %.1f min%n", fired, minutes, total / runs);
        assertThat(total / runs).isBetween(2.0, 12.0);
    }

    @Test
    void shouldEndWhenTrafficStopsAltogether() {
        RateState state = warm();
        step(state, 50);
        int minutes = 0;
        for (; state.charts[0].alarming() || state.charts[1].alarming(); minutes++) {
            CountWindow window = new CountWindow(++minute * MINUTE, MINUTE, 0, 0);
            DETECTOR.judge(state, window);
            assertThat(minutes).isLessThan(60);
        }
        assertThat(minutes).isBetween(3, 30);
    }

    @Test
    void shouldReportSinceWhenAndInCountsWhenAlarming() {
        RateState state = warm();
        for (int i = 0; i < 30; i++) {
            step(state, 1);
        }
        long onset = minute * MINUTE;
        Verdict verdict = step(state, 9).charts().get(0);
        verdict = verdict.deviant() ? verdict : step(state, 9).charts().get(0);
        assertThat(verdict.deviant()).isTrue();
        assertThat(verdict.method()).isEqualTo("poisson-cusum 2x");
        assertThat(verdict.run().sinceMs()).isEqualTo(onset);
        assertThat(verdict.run().fired()).isEqualTo(18);
        assertThat(verdict.run().seen()).isEqualTo(200);
        assertThat(verdict.run().expected()).isEqualTo(2, within(0.3));
        var core = verdict.toCore("rate", "phishing", 0.8);
        assertThat(core.getFired()).isEqualTo(9);
        assertThat(core.getStatistic()).isGreaterThanOrEqualTo(core.getThreshold());
        assertThat(core.getFalsePagesPerWeek()).isEqualTo(0.8);
    }

    @Test
    void shouldGoOnAlikeWhenRestored() {
        RateState whole = warm();
        step(whole, 6);
        RateState restored = DETECTOR.read(POLICY, DETECTOR.write(whole));
        long start = minute;
        for (RateState state : List.of(whole, restored)) {
            minute = start;
            for (int i = 0; i < 200; i++) {
                step(state, i % 40 == 0 ? 8 : 1);
            }
        }
        assertThat(DETECTOR.write(restored)).isEqualTo(DETECTOR.write(whole));
    }

    @Test
    void shouldKeepTheChartsThatRemainWhenShiftsChange() {
        RateState state = warm();
        step(state, 6);
        RateDetector other = RateDetector.of(List.of(3.0, 5.0), DESIGN);
        RateState moved = other.read(POLICY, DETECTOR.write(state));
        assertThat(moved.charts[0]).isEqualTo(CusumState.ZERO);
        assertThat(moved.charts[1]).isEqualTo(state.charts[1]);
    }

    @Test
    void shouldReadAndWriteTheGoldenBytesWhenVersionIsOne() throws IOException {
        RateState state = warm();
        step(state, 6);
        assertThat(HexFormat.of().formatHex(DETECTOR.write(state))).isEqualTo(golden());
        byte[] bytes = HexFormat.of().parseHex(golden());
        assertThat(DETECTOR.write(DETECTOR.read(POLICY, bytes))).isEqualTo(bytes);
    }

    @Test
    void shouldRefuseWhenBytesAreNotAState() {
        byte[] bytes = DETECTOR.write(warm());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> DETECTOR.read(POLICY, cut)).isInstanceOf(IllegalArgumentException.class);
        }
        bytes[0] = 9;
        assertThatThrownBy(() -> DETECTOR.read(POLICY, bytes)).hasMessageContaining("version 1");
    }

    private RateState warm() {
        minute = 0;
        RateState state = DETECTOR.start(POLICY);
        for (int i = 0; i < 10 * 1_440; i++) {
            step(state, 1);
        }
        assertThat(state.baseline().warm()).isTrue();
        return state;
    }

    private RateVerdicts step(RateState state, long fired) {
        CountWindow window = window(fired);
        RateVerdicts verdicts = DETECTOR.judge(state, window);
        DETECTOR.learn(state, window, !verdicts.decisive().deviant());
        return verdicts;
    }

    private RateVerdicts judge(RateState state, long fired) {
        return DETECTOR.judge(state, window(fired));
    }

    private CountWindow window(long fired) {
        minute++;
        return new CountWindow(minute * MINUTE, MINUTE, fired, 100);
    }

    private static String golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(RateDetectorTest.class.getResourceAsStream("/state/v1/rate-state.hex"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        }
    }
}
