package io.seismo.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code seismo sae import}, and what the other commands make of what it wrote. */
class SaeImportCommandTest {

    private static final String ROWS = "src/test/resources/sae/demo/rows.npy";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    private String place = "";

    @BeforeEach
    void name() {
        place = dir.resolve("topics").toString();
    }

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void shouldGiveTheSameFiguresAsItsSourceWhenImported() throws IOException {
        assertThat(run("sae", "import", "demo/sae", "--out", place, "--json"))
                .as(err.toString())
                .isZero();
        assertThat(json().at("/family").asText()).isEqualTo("saelens/jumprelu");
        assertThat(json().at("/inPlace").asBoolean()).isFalse();
        assertThat(json().at("/bytesWritten").asLong()).isEqualTo(2 * 384 * 2048 * 4);
        String digest = json().at("/digest").asText();
        assertThat(Path.of(place)).isDirectoryContaining("glob:**full.onnx");

        for (String[] verb : new String[][] {
            {"inspect"},
            {"check", "--activations", ROWS, "--control-rows", "2"},
            {"encode", "--activations", ROWS, "--out", dir.resolve("y.json").toString()}
        }) {
            String theirs = comparable(verb, "demo/sae");
            assertThat(comparable(verb, place)).isEqualTo(theirs).contains("\"");
        }
        assertThat(run("sae", "inspect", place, "--json")).isZero();
        assertThat(json().at("/digest").asText()).isEqualTo(digest);
        assertThat(run("sae", "list", dir.toString())).isZero();
        assertThat(out.toString()).containsPattern(place + " +saelens/jumprelu");
    }

    private String comparable(String[] verb, String location) {
        String[] args = new String[verb.length + 3];
        args[0] = "sae";
        args[1] = verb[0];
        args[2] = location;
        System.arraycopy(verb, 1, args, 3, verb.length - 1);
        args[args.length - 1] = "--json";
        assertThat(run(args)).as(err.toString()).isZero();
        return out.toString().replace('"' + location + '"', "\"HERE\"");
    }

    @Test
    void shouldPlanTheSameWhenASpecNamesTheImported() throws IOException {
        assertThat(run("sae", "import", "demo/sae", "--out", place)).isZero();
        assertThat(out.toString()).contains("W is copied", "folded: b_dec @ W_enc into the bias");
        String spec = Files.readString(Path.of("topology/monitor.yaml"));
        assertThat(spec).contains("sae: demo/sae");
        Path mine = Files.writeString(dir.resolve("mine.yaml"), spec.replace("sae: demo/sae", "sae: " + place));

        assertThat(run("plan", mine.toString())).as(out.toString()).isZero();

        assertThat(out.toString()).contains("SAE " + place + ", 2,048 features");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temporal | attends over the whole sequence | Use an SAE that encodes single tokens",
                "matching_pursuit | a loop without a bound | Use a feed-forward SAE",
                "crosscoder | several layers at once | Use an SAE of one hook point",
                "clt | several layers at once | Use an SAE of one hook point",
                "abstopk | keeps negative features | Use an SAE whose features are not negative",
                "unheard_of | is not supported | Use standard, gated",
            })
    void shouldRefuseWithTheReasonWhenItCannotBeOneTokenAtATime(String architecture, String reason, String remedy)
            throws IOException {
        Path source = Files.createDirectory(dir.resolve("source"));
        Files.writeString(
                source.resolve("cfg.json"), "{\"architecture\": \"" + architecture + "\", \"d_in\": 4, \"d_sae\": 8}");

        assertThat(run("sae", "import", source.toString(), "--out", place)).isEqualTo(1);

        assertThat(err.toString()).contains(source + "/cfg.json", reason, remedy);
        assertThat(Path.of(place)).doesNotExist();
        assertThat(dir).isDirectoryNotContaining("glob:**import-*");
    }

    @Test
    void shouldRefuseWhenThePlaceIsTakenOrThereIsNothing() throws IOException {
        Files.createDirectory(Path.of(place));
        assertThat(run("sae", "import", dir.resolve("no").toString(), "--out", place))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no encoder at ");
        assertThat(run("sae", "import", "demo/sae", "--out", place)).isZero();
        assertThat(run("sae", "import", "demo/sae", "--out", place)).isEqualTo(1);
        assertThat(err.toString()).contains("topics exists", "Give a new directory");
        assertThat(run("sae", "import", "demo/sae")).isEqualTo(2);
    }
}
