package io.seismo.app.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.app.cli.CommandFailure;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecParser;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightCatalog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

/** What the encoders of a plan need, and that what does not fit is refused with the arithmetic. */
class PlanMemoryTest {

    private static MonitorPlan plan() throws Exception {
        return plan(Files.readString(Path.of("topology/monitor.yaml")));
    }

    private static MonitorPlan plan(String spec) {
        return Planner.plan(
                SpecParser.parse("monitor.yaml", spec.getBytes(StandardCharsets.UTF_8)), new WeightCatalog(), 1);
    }

    @Test
    void shouldNameEachGraphWithItsCosts() throws Exception {
        PlanMemory memory = PlanMemory.of(plan(), 1L << 34);
        StringWriter text = new StringWriter();
        memory.print(new PrintWriter(text, true));

        assertThat(text.toString())
                .contains("topics full  2,048 columns, packed: 1,572,864 FLOP and 11,008 B a token")
                .contains("watch of mid (topics 2, phish-lr 1)  3 columns, packed: 2,304 FLOP and 780 B a token")
                .doesNotContain("from the disk");
        assertThat(memory.own())
                .isEqualTo(memory.needs().watch().get(0).graph().own()
                        + memory.needs().full().get(0).graph().own());
    }

    @Test
    void shouldAddTheDecoderWhereADetectorLooksAtReconstruction() throws Exception {
        String drift = "\n  drift: { source: reconstruction, method: ceiling, encoder: topics, above: 28%,"
                + " false_pages_per_week: 0.1 }\n\nalerts:\n  SaeDrift: { from: [drift], severity: page }";
        MonitorPlan watched =
                plan(Files.readString(Path.of("topology/monitor.yaml")).replaceFirst("\nalerts:", drift));
        PlanMemory without = PlanMemory.of(plan(), 1L << 34);
        PlanMemory memory = PlanMemory.of(watched, 1L << 34);
        StringWriter text = new StringWriter();
        memory.print(new PrintWriter(text, true));

        assertThat(without.decoders()).isEmpty();
        assertThat(memory.own() + memory.mapped() - without.own() - without.mapped())
                .isEqualTo(4L * 384 * 2_048);
        assertThat(text.toString())
                .contains("topics reconstruction  768 FLOP a feature that fires and 2,304 a token; ");
    }

    @Test
    void shouldRefuseWithTheSumsWhenItCannotFit() throws Exception {
        long peak = PlanMemory.of(plan(), 1).peak();
        PlanMemory.of(plan(), peak).requireRoom();

        assertThatThrownBy(() -> PlanMemory.of(plan(), peak - 1).requireRoom())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("topics full 384 x 2,048 x 4 bytes = 3,145,728, 2 times")
                .hasMessageContaining(String.format(java.util.Locale.ROOT, "there are %,d", peak - 1));
    }

    @Test
    void shouldCountCoarserWeightsAndRefuseAThresholdForWhatIsNotTopK() throws Exception {
        String spec = Files.readString(Path.of("topology/monitor.yaml"));
        String integers = spec.replace("sae: demo/sae,", "sae: demo/sae, precision: int8,");
        String thresholded = spec.replace("sae: demo/sae,", "sae: demo/sae, topk: { threshold: 2, from: rows },");
        assertThat(integers).isNotEqualTo(spec);
        StringWriter text = new StringWriter();

        PlanMemory memory = PlanMemory.of(plan(integers), 1L << 34);
        memory.print(new PrintWriter(text, true));

        assertThat(text.toString()).contains("topics full  2,048 columns, packed in int8: ");
        assertThat(memory.own()).isLessThan(PlanMemory.of(plan(), 1L << 34).own() / 3);
        MonitorPlan refused = plan(thresholded);
        assertThatThrownBy(() -> PlanMemory.of(refused, 1L << 34))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("demo/sae keeps no k largest features");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2GiB, 2147483648", "2 gib, 2147483648", "8GB, 8000000000", "3k, 3000", "512MiB, 536870912"})
    void shouldReadAmountsAsPeopleWriteThem(String text, long bytes) {
        assertThat(new MemoryLimit.Converter().convert(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "0", "-1", "2Q", "2.5GB", "999999999999999T", "GiB"})
    void shouldRefuseOtherAmounts(String text) {
        assertThatThrownBy(() -> new MemoryLimit.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("write 2GiB");
    }

    @Test
    void shouldKnowWhatTheMachineHas() {
        assertThat(MemoryLimit.ofMachine().bytes()).isGreaterThan(1L << 26);
    }
}
