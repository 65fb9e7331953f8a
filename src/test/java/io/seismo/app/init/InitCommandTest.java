package io.seismo.app.init;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.contrast.Captures;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecParser;
import io.seismo.weights.Decoder;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code seismo init} on the demo's SAE and rows made of its features. */
class InitCommandTest {

    private static final String HOOK = "blocks.3.resid_post";

    private static final String MODEL = "all-MiniLM-L6-v2";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    private int run(Path frames, String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = new CommandLine(new InitCommand());
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            err.append(failure.getClass().getSimpleName()).append(": ").append(String.valueOf(failure.getMessage()));
            return 1;
        });
        String[] args = new String[8 + more.length];
        String[] fixed = {
            "--sae",
            "demo/sae",
            "--hook",
            HOOK,
            "--frames",
            frames.toString(),
            "--out",
            dir.resolve("m.yaml").toString()
        };
        System.arraycopy(fixed, 0, args, 0, 8);
        System.arraycopy(more, 0, args, 8, more.length);
        return line.execute(args);
    }

    /** Rows that the SAE can explain, made of three of its own features each, times a factor; two a request. */
    private Path frames(float factor, boolean broken) throws IOException {
        Decoder decoder = WeightLoader.decoder("demo/sae").orElseThrow();
        Random random = new Random(5);
        Captures captures = new Captures(HOOK, MODEL);
        for (int i = 0; i < 20; i++) {
            captures.request("r" + i, row(decoder, random, factor), row(decoder, random, factor));
        }
        if (broken) {
            float[] row = row(decoder, random, factor);
            row[5] = Float.NaN;
            captures.request("nan", row);
        }
        return captures.write(dir.resolve("x.frames"));
    }

    private static float[] row(Decoder decoder, Random random, float factor) {
        float[] row = new float[decoder.bias().length];
        float[] direction = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) decoder.bias()[i] * factor;
        }
        for (int k = 0; k < 3; k++) {
            decoder.rows().row(random.nextInt(decoder.scale().length), direction);
            for (int i = 0; i < row.length; i++) {
                row[i] += 4 * direction[i] * factor;
            }
        }
        return row;
    }

    @Test
    void shouldWriteASpecThatCanBePlannedAndNameTheNextThreeCommands() throws IOException {
        assertThat(run(frames(1, false), "--json")).as(err.toString() + out).isZero();

        JsonNode begun = new ObjectMapper().readTree(out.toString());
        assertThat(begun.at("/next")).hasSize(3);
        Path written = dir.resolve("m.yaml");
        MonitorPlan plan =
                Planner.plan(SpecParser.parse("m.yaml", Files.readAllBytes(written)), new WeightCatalog(), 1);
        assertThat(plan.taps().get(0).hook()).isEqualTo(HOOK);
        assertThat(plan.taps().get(0).sinkNorm()).isBetween(20f, 2000f);
        assertThat(plan.model()).isEqualTo(MODEL);
        assertThat(begun.at("/findings").findValuesAsText("check"))
                .containsExactly("records", "hook", "model", "shape", "rows", "norms", "L0", "FVU");
        for (JsonNode finding : begun.at("/findings")) {
            // The frames are of a model called m, three features are fewer than usual, and the SAE knows no sinks.
            boolean mayWarn = finding.at("/check").asText().matches("norms|L0");
            assertThat(finding.at("/status").asText()).as(finding.toString()).isIn("OK", mayWarn ? "WARN" : "OK");
        }
    }

    @Test
    void shouldNotOverwriteAFile() throws IOException {
        Files.writeString(dir.resolve("m.yaml"), "mine");
        assertThat(run(frames(1, false))).isEqualTo(1);
        assertThat(err.toString()).contains("m.yaml is there already");
        assertThat(dir.resolve("m.yaml")).hasContent("mine");
    }

    @Test
    void shouldWriteNoSpecWhenTheSaeDoesNotKnowTheRows() throws IOException {
        assertThat(run(frames(-40, false))).isEqualTo(1);
        assertThat(out.toString()).contains("fail    FVU", "the SAE does not know these rows", "no spec was written");
        assertThat(dir.resolve("m.yaml")).doesNotExist();
    }

    @Test
    void shouldWarnOfFramesThatWouldBeRefusedAndNameTheReason() throws IOException {
        assertThat(run(frames(1, true))).as(err.toString() + out).isZero();
        assertThat(out.toString()).contains("warn    records", "1 would be refused", "NON_FINITE");
    }

    @Test
    void shouldRefuseWhatDoesNotFit() throws IOException {
        Path narrow =
                new Captures(HOOK).request("a", new float[4], new float[4]).write(dir.resolve("n.frames"));
        assertThat(run(narrow)).isEqualTo(1);
        assertThat(err.toString()).contains("holds rows of 4", "reads rows of 384");
        Path stranger = new Captures(HOOK, "gpt")
                .request("a", new float[384], new float[384])
                .write(dir.resolve("s.frames"));
        assertThat(run(stranger)).isEqualTo(1);
        assertThat(out.toString())
                .contains("fail    model: the SAE was trained on all-MiniLM-L6-v2, the rows are of gpt");
        Path other =
                new Captures("blocks.4.resid_post").request("a", new float[384]).write(dir.resolve("o.frames"));
        assertThat(run(other)).isEqualTo(1);
        assertThat(err.toString()).contains("no frame with rows of " + HOOK);
        assertThat(run(Files.write(dir.resolve("g.frames"), new byte[] {1, 2, 3, 4})))
                .isEqualTo(1);
        assertThat(dir.resolve("m.yaml")).doesNotExist();
    }
}
