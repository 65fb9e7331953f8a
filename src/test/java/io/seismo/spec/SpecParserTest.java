package io.seismo.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seismo.wire.Dtype;
import io.seismo.wire.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpecParserTest {

    private static final Path DEFAULT = Path.of("src/test/resources/spec/good/demo.yaml");

    @Test
    void shouldReadEveryKeyOfTheDefaultSpec() throws IOException {
        MonitorSpec spec =
                SpecParser.parse("monitor.yaml", Files.readAllBytes(DEFAULT)).spec();

        assertThat(spec.deployment()).isEqualTo("demo");
        assertThat(spec.model()).isEqualTo(new MonitorSpec.ModelSpec("all-MiniLM-L6-v2", "demo-1"));
        assertThat(spec.taps())
                .containsOnlyKeys("mid")
                .containsValue(new TapSpec(
                        "activations",
                        "blocks.3.resid_post",
                        384,
                        Dtype.DTYPE_BF16,
                        List.of(TapSpec.Skip.SPECIAL, TapSpec.Skip.PADDING, TapSpec.Skip.SINKS),
                        100f));
        assertThat(spec.encoders().get("topics")).isEqualTo(new EncoderSpec.Sae("demo/sae", "mid", 0.1));
        assertThat(spec.encoders().get("phish-lr"))
                .isEqualTo(new EncoderSpec.Probe("demo/phishing.safetensors", "mid"));
        assertThat(spec.watch().get("phishing").aggregate()).isEqualTo(new AggregatorSpec.EmaMax(0.5f));
        assertThat(spec.watch().get("phishing").severity()).isEqualTo(Severity.SEVERITY_PAGE);
        assertThat(spec.detectors().get("rate"))
                .isEqualTo(new DetectorSpec.Rate(WatchSelection.EVERY, 60_000, List.of(2.0, 5.0), 0.8));
        assertThat(spec.detectors().get("blind")).isEqualTo(new DetectorSpec.Floor(60_000, 0.98, 0.1));
        assertThat(spec.alerts().get("MonitorBlind").forMs()).isEqualTo(300_000);
        assertThat(spec.alerts().get("MonitorBlind").severity()).isEqualTo(Severity.SEVERITY_PAGE);
        assertThat(spec.partitions()).isEqualTo(new MonitorPlan.Shape(2, 2));
    }

    @Test
    void shouldFillInStatedDefaultsWhenASpecIsMinimal() {
        MonitorSpec spec = SpecParser.parse("minimal.yaml", Specs.MINIMAL).spec();

        assertThat(spec.deployment()).isEqualTo("default");
        assertThat(spec.timing()).isEqualTo(Timing.DEFAULT);
        assertThat(spec.requests()).isEqualTo(new MonitorPlan.RequestLife(60_000, 600_000, 20_000));
        assertThat(spec.baseline()).isEqualTo(new MonitorPlan.BaselinePolicy(21_600_000, 2_000, 86_400_000));
        assertThat(spec.partitions()).isEqualTo(new MonitorPlan.Shape(32, 16));
        assertThat(spec.keep())
                .isEqualTo(new MonitorSpec.KeepSpec(21_600_000, 2_592_000_000L, 2_592_000_000L, 34_560_000_000L));
        assertThat(spec.links()).isEqualTo(new MonitorSpec.LinksSpec(""));
        assertThat(spec.taps().get("mid").skip()).containsExactly(TapSpec.Skip.values());
        assertThat(spec.watch().get("bridge").aggregate()).isEqualTo(new AggregatorSpec.Max());
        assertThat(spec.watch().get("bridge").firesAbove()).isZero();
        assertThat(spec.receivers().get("log"))
                .isEqualTo(new ReceiverSpec.Log(
                        "text", List.of(Severity.SEVERITY_PAGE, Severity.SEVERITY_TICKET, Severity.SEVERITY_INFO)));
    }

    @Test
    void shouldReportEveryProblemAtOnceInTheOrderOfTheText() {
        String spec = Specs.MINIMAL
                .replace("d_in: 384", "d_in: wide")
                .replace("read: sae/7", "raed: sae/7")
                .replace("from: [rate]", "from: [rte]");

        SpecException refused = catchThrowableOfType(SpecException.class, () -> SpecParser.parse("three.yaml", spec));

        assertThat(refused.problems())
                .extracting(SpecProblem::path)
                .containsExactly("taps.mid.d_in", "watch.bridge", "watch.bridge.raed", "alerts.Spike.from[0]");
        assertThat(refused)
                .hasMessageContaining("did you mean \"read\"?")
                .hasMessageContaining("did you mean \"rate\"?");
    }

    @Test
    void shouldNotCallAnEncoderUnusedWhenASlipHidesItsUse() {
        String spec = Specs.MINIMAL.replace("read: sae/7", "raed: sae/7");

        SpecException refused = catchThrowableOfType(SpecException.class, () -> SpecParser.parse("slip.yaml", spec));

        assertThat(refused).hasMessageNotContaining("is not used");
    }

    /** Only what an alert is about must be told apart: a detector of watch entries is no such thing. */
    @Test
    void shouldLetADetectorOfWatchEntriesShareTheNameOfOne() {
        String shared = Specs.MINIMAL.replace("rate:", "bridge:").replace("[rate]", "[bridge]");

        assertThat(SpecParser.parse("shared.yaml", shared).spec().detectors()).containsOnlyKeys("bridge");
    }

    @Test
    void shouldPointIntoAnExpressionWhenOneOfItsTermsIsWrong() {
        String spec = Specs.MINIMAL.replace("read: sae/7", "read: \"max(sae/7, see/8)\"");

        SpecException refused = catchThrowableOfType(SpecException.class, () -> SpecParser.parse("term.yaml", spec));

        String line =
                spec.lines().toList().get(refused.problems().get(0).place().line() - 1);
        assertThat(line.substring(refused.problems().get(0).place().column() - 1))
                .startsWith("see/8");
    }

    @Test
    void shouldBoundTheNumberOfProblems() {
        StringBuilder spec = new StringBuilder(Specs.MINIMAL);
        for (int i = 0; i < 500; i++) {
            spec.append("junk").append(i).append(": 1\n");
        }

        SpecException refused =
                catchThrowableOfType(SpecException.class, () -> SpecParser.parse("junk.yaml", spec.toString()));

        assertThat(refused.problems()).hasSize(Reading.MAX_PROBLEMS + 1);
        assertThat(refused).hasMessageEndingWith("and 400 more problems; mend these first");
    }

    @Test
    void shouldNotLetASpecWriteControlCharactersToATerminal() {
        String spec = Specs.MINIMAL.replace("seismo: 1", "seismo: 1\n\"\\e[31mred\\e[0m\": 1");

        SpecException refused = catchThrowableOfType(SpecException.class, () -> SpecParser.parse("red.yaml", spec));

        assertThat(refused.getMessage()).contains("?[31mred?[0m").doesNotContain("\u001b");
    }

    @Test
    void shouldNotListControlCharactersAmongAllowedNames() {
        String spec = Specs.MINIMAL.replace("  rate: {", "  \"r\\tte\": {");

        SpecException refused = catchThrowableOfType(SpecException.class, () -> SpecParser.parse("tab.yaml", spec));

        assertThat(refused.getMessage()).contains("allowed: r?te").doesNotContain("\t");
    }

    @Test
    void shouldRefuseTextThatIsTooLongTooDeepOrNotUtf8() {
        byte[] tooLong = " ".repeat(YamlTree.MAX_BYTES + 1).getBytes(StandardCharsets.UTF_8);
        byte[] tooDeep = ("seismo: " + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        byte[] notUtf8 = {'a', ':', ' ', (byte) 0xc3, (byte) 0x28};

        assertThat(List.of(tooLong, tooDeep, notUtf8))
                .allSatisfy(bytes -> assertThat(catchThrowableOfType(
                                SpecException.class, () -> SpecParser.parse("hostile.yaml", bytes)))
                        .isNotNull());
    }

    @Test
    void shouldHashTheBytesOfTheText() {
        String hash = SpecParser.parse("minimal.yaml", Specs.MINIMAL).hash();
        String other = SpecParser.parse("minimal.yaml", Specs.MINIMAL + "\n").hash();

        assertThat(hash).matches("[0-9a-f]{64}").isNotEqualTo(other);
    }
}
