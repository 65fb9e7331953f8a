package io.seismo.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may import what. */
class LayeringTest {

    private static final String[] PURE = {
        "io.seismo.activation..",
        "io.seismo.spec..",
        "io.seismo.score..",
        "io.seismo.window..",
        "io.seismo.baseline..",
        "io.seismo.detector..",
        "io.seismo.alert..",
        "io.seismo.watch.."
    };

    private static final String[] FRAMEWORKS = {
        "org.apache.kafka..", "ai.djl..", "ai.onnxruntime..", "org.rocksdb..", "io.opentelemetry..", "io.javalin.."
    };

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.seismo");
    }

    @Test
    void shouldKeepFrameworksOutOfPurePackages() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(FRAMEWORKS)
                .check(classes);
    }

    @Test
    void shouldKeepOuterPackagesOutOfPurePackages() {
        noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.seismo.topology..",
                        "io.seismo.notify..",
                        "io.seismo.replay..",
                        "io.seismo.console..",
                        "io.seismo.capture..",
                        "io.seismo.telemetry..",
                        "io.seismo.app..")
                .check(classes);
    }

    @Test
    void shouldImportKafkaStreamsOnlyInTopology() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.seismo.topology..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(classes);
    }

    @Test
    void shouldImportOnnxRuntimeOnlyInItsEncoder() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.seismo.encoder.onnx..", "io.seismo.app.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..", "ai.onnxruntime..")
                .check(classes);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        SlicesRuleDefinition.slices()
                .matching("io.seismo.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @Test
    void shouldHaveNoCyclesBetweenTheRoomsOfWeights() {
        SlicesRuleDefinition.slices()
                .matching("io.seismo.weights.(*)")
                .should()
                .beFreeOfCycles()
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.seismo.weights")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.seismo.weights.*")
                .check(classes);
    }
}
