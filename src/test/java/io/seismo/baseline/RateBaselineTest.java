package io.seismo.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateBaselineTest {

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final RatePolicy policy = new RatePolicy(MINUTE, 6 * HOUR, 2_000, DAY, 0);
    private final RateBaseline baseline = RateBaseline.cold(policy);
    private long minute;

    @Test
    void shouldKnowNothingOfTheRecentPastWhenLagHasNotPassed() {
        observe(6 * 60, 5, 100);
        assertThat(baseline.known()).isFalse();
        assertThat(baseline.rate()).isZero();
        observe(61, 5, 100);
        assertThat(baseline.known()).isTrue();
        assertThat(baseline.requests()).isEqualTo(60 * 100);
        assertThat(baseline.rate()).isEqualTo(0.05, within(1e-12));
    }

    @Test
    void shouldBeWarmWhenRequestsAndTimeSuffice() {
        observe(29 * 60, 1, 100);
        assertThat(baseline.warm()).as("23 hours have left the lag").isFalse();
        observe(2 * 60, 1, 100);
        assertThat(baseline.warm()).isTrue();
        RateBaseline few = RateBaseline.cold(policy);
        for (int i = 1; i < 3 * 1_440; i++) {
            few.observe(new CountWindow(i * MINUTE, MINUTE, 0, i % 3 == 0 ? 1 : 0), true);
        }
        assertThat(few.warm()).as("too few requests").isFalse();
    }

    @Test
    void shouldNotLearnWhenCallerForbidsIt() {
        observe(2 * 1_440, 1, 100);
        double before = baseline.rate();
        for (int i = 0; i < 2 * 1_440; i++) {
            baseline.observe(window(50, 100), false);
        }
        assertThat(baseline.rate()).isEqualTo(before, within(1e-12));
        observe(2 * 1_440, 1, 100);
        assertThat(baseline.rate()).isEqualTo(before, within(1e-12));
    }

    @Test
    void shouldForgetWhatLedUpToAnAlarmWhenLagStillHoldsIt() {
        observe(2 * 1_440, 1, 100);
        long onset = minute * MINUTE;
        double before = baseline.rate();
        observe(3 * 60, 2, 100);
        baseline.discardSince(onset);
        for (int i = 0; i < 1_440; i++) {
            baseline.observe(window(2, 100), false);
        }
        assertThat(baseline.rate()).isEqualTo(before, within(1e-12));
    }

    @Test
    void shouldCapABucketWhenItIsFarAboveWhatWasExpected() {
        observe(2 * 1_440, 1, 100);
        double before = baseline.learned().fired();
        observe(60, 40, 100);
        observe(7 * 60, 1, 100);
        double hourly = 60;
        double cap = Math.ceil(hourly + 3 * Math.sqrt(hourly * baseline.dispersion()));
        assertThat(baseline.learned().fired() - before)
                .as("eight buckets, one of them capped, a little forgotten")
                .isLessThan(7 * hourly + 1.5 * cap)
                .isLessThan(0.4 * (40 * 60));
    }

    /** The cap must not eat into quiet streams of rare events: that would teach a rate that is too low. */
    @ParameterizedTest
    @CsvSource({"0.02", "0.05", "0.5", "3"})
    void shouldEstimateWithoutBiasWhenStreamIsQuiet(double mean) {
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 60 * 1_440; i++) {
            int fired = 0;
            for (double p = random.nextDouble(); p > Math.exp(-mean); p *= random.nextDouble()) {
                fired++;
            }
            baseline.observe(window(fired, 100), true);
        }
        double events = mean * 1_440 * 20;
        assertThat(baseline.rate()).isEqualTo(mean / 100, within(mean / 100 * (0.004 + 3 / Math.sqrt(events))));
        assertThat(baseline.dispersion()).isBetween(1.0, 1.25);
    }

    @Test
    void shouldHalveAWeightWhenAHalfLifePasses() {
        observe(1_440 + 7 * 60, 1, 100);
        double before = baseline.learned().seen();
        minute += 7 * 1_440;
        observe(1, 0, 0);
        minute += 60 * 24 * 7;
        observe(60 * 8, 0, 100);
        assertThat(baseline.learned().seen()).isLessThan(0.3 * before + 60 * 100 * 8);
    }

    @Test
    void shouldKeepItsReferenceWhenTheRateRampsSlowly() {
        observe(2 * 1_440, 1, 100);
        Reference reference = baseline.reference();
        assertThat(reference).isNotNull();
        for (int day = 0; day < 60; day++) {
            observe(1_440, 1 + day / 10, 100);
        }
        assertThat(baseline.reference()).isSameAs(reference);
        assertThat(reference.rate()).isEqualTo(0.01, within(1e-12));
        assertThat(baseline.rate()).as("the learned rate follows").isGreaterThan(0.03);
    }

    @Test
    void shouldLeanOnThePriorWhenLittleWasLearned() {
        RateBaseline prior = RateBaseline.cold(new RatePolicy(MINUTE, 0, 10_000, DAY, 0.02));
        assertThat(prior.rate()).isEqualTo(0.02);
        for (int i = 1; i <= 6; i++) {
            prior.observe(new CountWindow(i * MINUTE, MINUTE, 0, 100), true);
        }
        assertThat(prior.rate()).as("500 of 1,000 requests are the prior's").isEqualTo(0.01, within(1e-5));
    }

    @Test
    void shouldComeNearTheExactBoundWhenEventsAreFewOrMany() {
        assertThat(UpperBound.rate(0, 1, 1)).isEqualTo(2.303, within(0.03));
        assertThat(UpperBound.rate(100, 1, 1)).isEqualTo(114.1, within(0.3));
        assertThat(UpperBound.rate(100, 1, 4)).isGreaterThan(126);
    }

    @Test
    void shouldSeeOverdispersionWhenRequestsComeInClusters() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20 * 1_440; i++) {
            baseline.observe(window(random.nextInt(10) == 0 ? 20 : 0, 100), true);
        }
        assertThat(baseline.dispersion()).isGreaterThan(4);
    }

    @ParameterizedTest
    @CsvSource({"0, 60000", "600000, 120000", "21600000, 3600000", "86400000, 3600000", "2592000000, 54000000"})
    void shouldBoundItsBucketsWhenLagIsLong(long lagMs, long bucketMs) {
        RatePolicy long_ = new RatePolicy(MINUTE, lagMs, 0, 0, 0);
        assertThat(long_.bucketMs()).isEqualTo(bucketMs);
        RateBaseline bounded = RateBaseline.cold(long_);
        for (int i = 1; i < 40 * 1_440; i++) {
            bounded.observe(new CountWindow(i * MINUTE, MINUTE, 1, 100), true);
            assertThat(bounded.waitingBuckets()).isLessThanOrEqualTo(50);
        }
    }

    private void observe(int windows, long fired, long seen) {
        for (int i = 0; i < windows; i++) {
            baseline.observe(window(fired, seen), true);
        }
    }

    private CountWindow window(long fired, long seen) {
        minute++;
        return new CountWindow(minute * MINUTE, MINUTE, fired, seen);
    }
}
