package io.seismo.app.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.SeismoCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCommandTest {

    private static final Path SCENARIOS = Path.of("topology", "scenarios");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    @Test
    void shouldSucceedWhenScenariosHold() {
        assertThat(run(
                        "test",
                        SCENARIOS.resolve("cap-breach-fires-at-once.yaml").toString()))
                .isZero();
        assertThat(out.toString())
                .startsWith("ok    cap-breach-fires-at-once.yaml")
                .contains("1 of 1 scenarios hold.");
    }

    @Test
    void shouldFailAndSayWhyWhenOneDoesNot() throws IOException {
        String text = Files.readString(SCENARIOS.resolve("cap-breach-fires-at-once.yaml"))
                .replace(
                        "../monitor.yaml",
                        Path.of("topology", "monitor.yaml").toAbsolutePath().toString());
        Files.writeString(dir.resolve("a.yaml"), text);
        Files.writeString(dir.resolve("b.yaml"), text.replace("at: 5m10s, state: firing", "at: 5m10s, state: pending"));
        Files.writeString(dir.resolve("c.yaml"), "scenario: [");

        assertThat(run("test", dir.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("ok    a.yaml", "FAIL  b.yaml", "should be pending, is firing since 5m10s", "FAIL  c.yaml")
                .contains("1 of 3 scenarios hold.");
    }

    @Test
    void shouldWriteOneDocumentAScenarioWhenJsonIsAskedFor() {
        assertThat(run(
                        "test",
                        "--json",
                        SCENARIOS.resolve("cap-breach-fires-at-once.yaml").toString()))
                .isZero();
        assertThat(out.toString().lines())
                .singleElement()
                .asString()
                .startsWith("{")
                .contains("\"passed\":true", "\"to\":\"firing\"");
    }

    @Test
    void shouldRefuseWhenThereIsNoScenario() {
        assertThat(run("test", dir.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no scenarios in");
    }

    private int run(String... args) {
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }
}
