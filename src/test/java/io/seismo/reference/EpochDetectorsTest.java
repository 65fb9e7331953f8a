package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.Plans;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Changes of detectors, alert rules, limits of requests and names, against the reference; for those that move caps see
 * {@link EpochCapsTest}.
 */
class EpochDetectorsTest {

    @ParameterizedTest
    @EnumSource(
            value = PlanChange.class,
            from = "BUDGET",
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DETECTOR_KINDS", "CAP_ABOVE", "CAP_GONE", "CAP_ELSEWHERE"})
    void shouldAgreeWithReferenceWhenAPlanChangesAndChangesBack(PlanChange change) {
        assertThat(EpochChangeAgreement.run(change).differences()).isEmpty();
    }

    /** Control: a reference that knows nothing of the change says something else. */
    @ParameterizedTest
    @EnumSource(
            value = PlanChange.class,
            names = {"RATE_WINDOW", "ALERT_FOR", "FLOOR_GONE", "LIFE"})
    void shouldDifferWhenTheReferenceIsNotToldOfTheChange(PlanChange change) {
        EpochRun run = EpochChangeAgreement.run(change);

        Plans unchanged = EpochChangeAgreement.plans(run, PlanChange.NOTHING);

        assertThat(run.difference(ReferenceDigest.of(run.records, unchanged, PlanFixture::encoders)))
                .isNotEmpty();
    }
}
