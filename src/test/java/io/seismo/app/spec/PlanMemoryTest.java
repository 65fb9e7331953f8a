package io.seismo.app.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.app.cli.CommandFailure;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecParser;
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
        byte[] spec = Files.readString(Path.of("topology/monitor.yaml")).getBytes(StandardCharsets.UTF_8);
        return Planner.plan(SpecParser.parse("monitor.yaml", spec), new WeightCatalog(), 1);
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
    void shouldRefuseWithTheSumsWhenItCannotFit() throws Exception {
        long peak = PlanMemory.of(plan(), 1).peak();
        PlanMemory.of(plan(), peak).requireRoom();

        assertThatThrownBy(() -> PlanMemory.of(plan(), peak - 1).requireRoom())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("topics full 384 x 2,048 x 4 bytes = 3,145,728, 2 times")
                .hasMessageContaining(String.format(java.util.Locale.ROOT, "there are %,d", peak - 1));
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
