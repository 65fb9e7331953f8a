package io.seismo.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.Plans;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Changes of what is read and how it is scored, against the reference; for those that move caps see {@link EpochCapsTest}. */
class EpochEntriesTest {

    @ParameterizedTest
    @EnumSource(
            value = PlanChange.class,
            to = "FULL_FRACTION",
            mode = EnumSource.Mode.EXCLUDE,
            names = "ENTRY_UNCOVERED")
    void shouldAgreeWithReferenceWhenAPlanChangesAndChangesBack(PlanChange change) {
        assertThat(EpochChangeAgreement.run(change).differences()).isEmpty();
    }

    /** Control: a reference that knows nothing of the change says something else. */
    @ParameterizedTest
    @EnumSource(
            value = PlanChange.class,
            names = {"TEAM", "FIRES_ABOVE", "COLUMN_ORDER", "WEIGHTS"})
    void shouldDifferWhenTheReferenceIsNotToldOfTheChange(PlanChange change) {
        EpochRun run = EpochChangeAgreement.run(change);

        Plans unchanged = EpochChangeAgreement.plans(run, PlanChange.NOTHING);

        assertThat(run.difference(ReferenceDigest.of(run.records, unchanged, PlanFixture::encoders)))
                .isNotEmpty();
    }
}
