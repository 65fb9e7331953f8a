package io.seismo.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls that would let a replay differ from what was live. */
class DeterminismTest {

    private static final String[] DETERMINISTIC = {
        "io.seismo.activation..",
        "io.seismo.spec..",
        "io.seismo.score..",
        "io.seismo.window..",
        "io.seismo.baseline..",
        "io.seismo.detector..",
        "io.seismo.alert..",
        "io.seismo.watch..",
        "io.seismo.topology.."
    };

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.seismo");
    }

    @Test
    void shouldReadNoClock() {
        forbid(call(System.class, "currentTimeMillis|nanoTime"), "read the wall clock")
                .check(classes);
        forbid(call(Instant.class, "now"), "read the wall clock").check(classes);
        forbid(
                        call(ProcessingContext.class, "currentSystemTimeMs|currentStreamTimeMs|schedule"),
                        "use system time, stream time or punctuators")
                .check(classes);
    }

    @Test
    void shouldDrawNoRandomNumbers() {
        forbid(type(Random.class, SplittableRandom.class, UUID.class), "draw random numbers")
                .check(classes);
        forbid(call(Math.class, "random"), "draw random numbers").check(classes);
    }

    @Test
    void shouldUseStrictTranscendentals() {
        forbid(call(Math.class, "exp|expm1|log|log10|log1p|pow|sin|cos|tan|cbrt"), "use platform-dependent mathematics")
                .check(classes);
    }

    @Test
    void shouldUseNoStoreThatForgetsByStreamTime() {
        noClasses()
                .that()
                .resideInAPackage("io.seismo.topology..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        ".*\\.(WindowStore|SessionStore|TimestampedWindowStore|Suppressed|GlobalKTable|Punctuator)")
                .check(classes);
    }

    @Test
    void shouldFindAForbiddenCallWhenThereIsOne() {
        JavaClasses offender = new ClassFileImporter().importClasses(Offender.class);

        boolean violated = noClasses()
                .should()
                .callMethodWhere(call(System.class, "currentTimeMillis|nanoTime"))
                .evaluate(offender)
                .hasViolation();

        assertThat(violated).isTrue();
    }

    /** What the rules exist to refuse. */
    static final class Offender {
        long now() {
            return System.nanoTime();
        }
    }

    private static ArchRule forbid(DescribedPredicate<? super JavaCall<?>> calls, String what) {
        return noClasses()
                .that()
                .resideInAnyPackage(DETERMINISTIC)
                .should()
                .callCodeUnitWhere(calls)
                .as("deterministic packages should not " + what);
    }

    private static DescribedPredicate<JavaCall<?>> call(Class<?> type, String names) {
        return target(owner(JavaClass.Predicates.assignableTo(type)))
                .and(target(nameMatching(names)))
                .forSubtype();
    }

    private static DescribedPredicate<JavaCall<?>> type(Class<?>... types) {
        return target(owner(JavaClass.Predicates.belongToAnyOf(types))).forSubtype();
    }
}
