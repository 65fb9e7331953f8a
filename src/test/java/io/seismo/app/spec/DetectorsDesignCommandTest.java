package io.seismo.app.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.app.SeismoCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorsDesignCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPrintAChartPerMeanAndShiftWhenGivenABudget() {
        assertThat(run("--mu0 0.05,1 --shifts 2,5")).isZero();
        assertThat(out.toString())
                .contains("0.8 false pages a week over 4 charts (2 watch entries, 2 shifts): one per chart in 50,400")
                .contains("0.05     2x    0.0721")
                .contains("   1     5x    2.4853");
        assertThat(out.toString().lines().filter(line -> line.matches(" +[0-9.]+ +[25]x .*")))
                .hasSize(4);
    }

    @Test
    void shouldMatchThePlanningTableWhenBudgetIsThatOfAThousandEntries() throws Exception {
        assertThat(run("--watches 1000 --shifts 2 --false-pages-per-week 1 --mu0 1 --json"))
                .isZero();
        JsonNode row = new ObjectMapper().readTree(out.toString()).get("rows").get(0);
        assertThat(row.get("k").asDouble()).isEqualTo(1.45, within(0.01));
        assertThat(row.get("h").asDouble()).isEqualTo(19.9, within(0.4));
        assertThat(row.get("arl0Windows").asDouble()).isBetween(1.0e7, 1.5e7);
        assertThat(row.get("delayMinutes").get("2x").asDouble()).isEqualTo(36.5, within(1.0));
        assertThat(row.get("delayMinutes").get("10x").asDouble()).isEqualTo(2.9, within(0.1));
    }

    @Test
    void shouldScaleDelaysWhenWindowsAreLonger() throws Exception {
        run("--window 5m --mu0 1 --shifts 2 --json");
        JsonNode document = new ObjectMapper().readTree(out.toString());
        assertThat(document.get("arl0WindowsWanted").asDouble()).isEqualTo(2_016 * 2 / 0.8, within(1e-6));
        assertThat(document.get("rows").get(0).get("delayMinutes").get("2x").asDouble())
                .isGreaterThan(60);
    }

    @Test
    void shouldShowAnExampleWhenAskedForHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Example:", "seismo detectors design --false-pages-per-week 0.8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--false-pages-per-week 0",
                "--watches 0",
                "--window tomorrow",
                "--window 1ms",
                "--shifts 1",
                "--mu0 0",
                "--mu0 -1",
                "--dispersion 0.5"
            })
    void shouldRefuseWhenAnOptionMakesNoDesign(String options) {
        assertThat(run(options)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isNotEmpty();
    }

    private int run(String options) {
        String[] args = ("detectors design " + options).split(" ");
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }
}
