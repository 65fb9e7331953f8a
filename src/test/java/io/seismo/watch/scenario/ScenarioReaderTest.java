package io.seismo.watch.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioReaderTest {

    private static final String SPEC = """
            seismo: 1
            model: { name: m, revision: r }
            taps:
              mid: { hook: blocks.3.resid_post, d_in: 384, dtype: bf16 }
            encoders:
              sae: { sae: some/sae, tap: mid }
            watch:
              bridge: { read: sae/7, severity: info }
            detectors:
              never: { watch: [bridge], method: cap, above: 3.0, set_by: "a.researcher 2026-11-20" }
            alerts:
              Spike: { from: [never] }
            """;
    private static final Function<String, String> FILES = Map.of("spec.yaml", SPEC)::get;
    private static final String GOOD = """
            scenario: A breach fires
            given: { spec_file: spec.yaml }
            when: { requests: 9x5, fired: { bridge: 1 }, breaches: { never/bridge: 0 1 } }
            then:
              - { alert: Spike, on: bridge, at: 20s, state: firing }
              - { alert: Spike, on: bridge, reaches: resolved, after: 20s, before: 30s }
            """;

    /** As promtool expands them; {@code _} counts as zero. */
    @ParameterizedTest
    @CsvSource({
        "5, [5.0]",
        "5x3, '[5.0, 5.0, 5.0, 5.0]'",
        "1+2x3, '[1.0, 3.0, 5.0, 7.0]'",
        "9-4x3, '[9.0, 5.0, 1.0, 0.0]'",
        "_x2 1.5, '[0.0, 0.0, 1.5]'",
        "' 1  _ 2 ', '[1.0, 0.0, 2.0]'"
    })
    void shouldExpandWhenNotationIsPromtools(String notation, String expected) {
        assertThat(Arrays.toString(Series.parse(notation, 1))).isEqualTo(expected);
    }

    @Test
    void shouldDrawPoissonCountsWhenAsked() {
        double[] draws = Series.parse("~2x19999", 42);
        double mean = Arrays.stream(draws).average().orElseThrow();
        double variance =
                Arrays.stream(draws).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
        assertThat(mean).isBetween(1.96, 2.04);
        assertThat(variance).isBetween(1.9, 2.1);
        assertThat(draws).isEqualTo(Series.parse("~2x19999", 42)).isNotEqualTo(Series.parse("~2x19999", 43));
    }

    @Test
    void shouldPassWhenEverythingHolds() {
        Scenario scenario = ScenarioReader.read("good.yaml", GOOD, FILES);
        assertThat(scenario.name()).isEqualTo("A breach fires");
        assertThat(ScenarioRunner.run(scenario).failures()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            at: 20s, state: firing | at: 10s, state: firing   | Spike on bridge at 10s should be firing, is inactive
            at: 20s, state: firing | at: 20s, state: resolved | Spike on bridge at 20s should be resolved, is firing since 20s
            at: 20s, state: firing | never: firing            | Spike on bridge should never be firing, was from 20s
            before: 30s            | before: 29s              | did at 30s
            reaches: resolved      | reaches: pending         | never did
            at: 20s, state: firing | at: 20s, state: firing, summary: nine | with "nine" in its summary
            """)
    void shouldSayWhatIsTheCaseWhenAnExpectationFails(String from, String to, String failure) {
        ScenarioResult result = ScenarioRunner.run(ScenarioReader.read("bad.yaml", GOOD.replace(from, to), FILES));
        assertThat(result.failures()).singleElement().asString().contains(failure);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            requests: 9x5      | requests: 9y5       | bad.yaml: when.requests: cannot read the term "9y5"
            requests: 9x5      | requests: 9x900000  | longer than 90000 intervals
            requests: 9x5      | requests: [9]       | when.requests: is missing or not a single value
            fired: { bridge: 1 | fired: { bridge: 10 | when.fired.bridge: more fire than come in interval 0
            fired: { bridge    | fired: { brigde     | when.fired: no entry brigde
            never/bridge       | bridge              | when.breaches: write detector/watch of a cap, not bridge
            scenario: A        | scenery: A          | does not know the key scenery
            state: firing      | state: ringing      | then[0].state: is one of inactive, pending, firing, resolved
            at: 20s            | at: soon            | then[0].at: is a time such as 90s, 35m or 1h30m, not soon
            alert: Spike, on: bridge, at | alert: Spoke, on: bridge, at | then[0].alert: no alert Spoke
            spec_file: spec.yaml | start: 2026-11-20T14:00:00Z | given: needs either spec
            spec_file: spec.yaml | spec_file: spec.yaml, start: noon | given.start: write it as 2026-11-20T14:00:00Z, not noon
            requests: 9x5      | requests: 9x5, requests: 1 | not YAML
            requests: 9x5      | interval: 15s, requests: 9x5 | when.interval: must be a whole number of panes
            """)
    void shouldNamePlaceAndRemedyWhenAScenarioIsWrong(String from, String to, String message) {
        String text = GOOD.replace(from, to);
        assertThat(text).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> ScenarioReader.read("bad.yaml", text, FILES))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("bad.yaml")
                .hasMessageContaining(message);
    }

    @Test
    void shouldPassOnWhatIsWrongWithTheSpecWhenItIs() {
        assertThatThrownBy(() -> ScenarioReader.read("bad.yaml", GOOD, path -> SPEC.replace("cap", "cup")))
                .isInstanceOf(ScenarioException.class)
                .hasMessageContaining("spec.yaml")
                .hasMessageContaining("cup");
    }
}
