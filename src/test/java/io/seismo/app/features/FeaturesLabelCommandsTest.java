package io.seismo.app.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code seismo features import|search}. */
class FeaturesLabelCommandsTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    private Path sae = Path.of("");
    private Path export = Path.of("");

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = new CommandLine(new FeaturesCommand());
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            err.append(failure.getClass().getSimpleName()).append(": ").append(String.valueOf(failure.getMessage()));
            return 1;
        });
        return line.execute(args);
    }

    @BeforeEach
    void copy() throws IOException {
        sae = Files.createDirectories(dir.resolve("sae"));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/sae/standard"))) {
            for (Path file : files.toList()) {
                Files.copy(file, sae.resolve(file.getFileName()));
            }
        }
        export = Files.writeString(dir.resolve("batch-0.jsonl"), """
                {"modelId":"m","layer":"l","index":"3","description":"Passwords and PINs","explanationModelName":"gpt"}
                {"modelId":"m","layer":"l","index":"3","maxActApprox":5.0,"frac_nonzero":0.01}
                {"modelId":"m","layer":"l","index":"4","description":"bridges","explanationModelName":"gpt"}
                """);
    }

    @Test
    void shouldImportBesideTheSaeAndSayWhoseALabelIsWhereItIsFound() throws IOException {
        assertThat(run("import", sae.toString(), export.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("3 rows, 2 labels", "third-party: check before you page");
        assertThat(sae.resolve("labels.jsonl")).exists();

        assertThat(run("search", "passWORD", "--sae", sae.toString())).isZero();
        assertThat(out.toString()).contains("3 ", "Passwords and PINs", "[third-party: neuronpedia m/l gpt]", "1.00 %");
        assertThat(out.toString()).doesNotContain("bridges");
        assertThat(run("search", "bridge", "--sae", sae.toString(), "--json")).isZero();
        JsonNode hit = new ObjectMapper().readTree(out.toString()).at("/hits/0");
        assertThat(hit.at("/thirdParty").asBoolean()).isTrue();
        assertThat(hit.at("/feature").asInt()).isEqualTo(4);
        assertThat(run("search", "no such", "--sae", sae.toString())).isEqualTo(1);
        assertThat(run("search", "(", "--sae", sae.toString())).isEqualTo(2);
    }

    @Test
    void shouldNotMarkOnesOwnLabelsAsThirdParty() throws IOException {
        Path ours = Files.writeString(dir.resolve("ours.csv"), "feature,label\n3,asks for credentials\n");
        assertThat(run("import", sae.toString(), ours.toString(), "--own", "safety team"))
                .isZero();
        run("search", "credentials", "--sae", sae.toString());
        assertThat(out.toString()).contains("[safety team]").doesNotContain("third-party");
        assertThat(run("import", sae.toString(), ours.toString(), "--own", "third-party: x"))
                .isEqualTo(2);
    }

    @Test
    void shouldWriteNothingWhenARowIsWrong() throws IOException {
        run("import", sae.toString(), export.toString());
        byte[] before = Files.readAllBytes(sae.resolve("labels.jsonl"));
        Path bad = Files.writeString(
                dir.resolve("bad.jsonl"), "{\"index\":\"1\",\"description\":\"x\"}\n{\"index\":\"999999\"}\n");
        assertThat(run("import", sae.toString(), bad.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("bad.jsonl:2", "feature 999999", "the SAE has");
        assertThat(sae.resolve("labels.jsonl")).hasBinaryContent(before);
        try (Stream<Path> left = Files.list(sae)) {
            assertThat(left.filter(path -> path.toString().endsWith(".part"))).isEmpty();
        }
        assertThat(run("import", "demo/sae", export.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("in the jar");
        assertThat(run("search", "x", "--sae", "demo/sae")).isEqualTo(1);
        assertThat(run(
                        "search",
                        "x",
                        "--sae",
                        "demo/sae",
                        "--labels",
                        sae.resolve("labels.jsonl").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("labels of another SAE");
    }
}
