package io.seismo.watch.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every scenario of {@code topology/scenarios}. */
class ScenarioTest {

    private static final Path DIR = Path.of("topology", "scenarios");

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(DIR)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldHoldWhenRun(Path file) throws IOException {
        ScenarioResult result = ScenarioRunner.run(read(file));
        assertThat(result.failures())
                .as("%s%n%s", result.scenario(), result.moves())
                .isEmpty();
    }

    @Test
    void shouldShipAtLeastEight() throws IOException {
        assertThat(scenarios()).hasSizeGreaterThanOrEqualTo(8);
    }

    /** Scenarios that could not fail would prove nothing: other traffic must fail each of them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void shouldFailWhenTrafficIsNotTheOneDescribed(Path file) throws IOException {
        String text = Files.readString(file);
        String other = switch (file.getFileName().toString()) {
            // Where nothing should happen, make something happen.
            case "one-spike-does-not-page.yaml" -> text.replace("1x119 4 1x58", "1x119 90x59");
            case "quiet-days-are-quiet.yaml" -> text.replace("usual: ~2x4319", "usual: ~2x2999 90x1319");
            case "short-loss-never-pages.yaml" -> text.replace("1x4 0.67x3 1 0.67x3 1x15", "1x4 0.67x24");
            case "handful-of-rows-pages-nobody.yaml" -> text.replace("~34x1319", "~40x1319");
            // Where something should happen, take its cause away.
            case "drifted-sae-pages.yaml" -> text.replace("~61x179", "~24x179").replace("~12x179", "~31x179");
            default ->
                text.replaceAll("(fired|breaches): \\{[^}]*}", "$1: {}")
                        .replaceAll("coverage: [\\d.x ]*", "coverage: 1")
                        .replaceAll("canaries: \\{[^}]*}", "canaries: { greeting: 1x59, weather: 1x59 }");
        };
        assertThat(other).isNotEqualTo(text);
        Scenario scenario = ScenarioReader.read(file.toString(), other, ScenarioTest::sibling);
        assertThat(ScenarioRunner.run(scenario).passed()).isFalse();
    }

    private static Scenario read(Path file) throws IOException {
        return ScenarioReader.read(file.toString(), Files.readString(file), ScenarioTest::sibling);
    }

    private static String sibling(String path) {
        try {
            return Files.readString(DIR.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
