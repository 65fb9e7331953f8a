package io.seismo.app.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.contrast.Captures;
import io.seismo.spec.DetectorSpec;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.SpecParser;
import io.seismo.spec.WatchSpec;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code seismo features rank} on the demo's SAE, with rows into which one of its features is planted. */
class FeaturesRankCommandTest {

    private static final int PLANTED = 87;
    private static final String HOOK = "blocks.3.resid_post";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    private int run(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-22T23:59:59Z"));
        CommandLine line = new CommandLine(new FeaturesRankCommand(clock));
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            err.append(failure.getClass().getSimpleName()).append(": ").append(String.valueOf(failure.getMessage()));
            return 1;
        });
        return line.execute(args);
    }

    @BeforeEach
    void capture() throws IOException {
        EncoderWeights weights = WeightLoader.load("demo/sae");
        float[] direction = new float[weights.dIn()];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = weights.matrix().get(i, PLANTED);
        }
        capture("positive", 40, direction, "please verify");
        capture("negative", 60, new float[direction.length], "hello there");
        Files.writeString(dir.resolve("words.txt"), "verify\n");
    }

    private void capture(String name, int count, float[] direction, String text) throws IOException {
        Random random = new Random(name.length());
        Captures captures = new Captures(HOOK);
        for (int i = 0; i < count; i++) {
            float[][] rows = new float[3][direction.length];
            for (float[] row : rows) {
                for (int d = 0; d < row.length; d++) {
                    row[d] = (float) random.nextGaussian() * 0.4f + 4 * direction[d];
                }
            }
            List<String> tokens = new ArrayList<>(Arrays.asList(text.split(" ")));
            tokens.add("now");
            captures.request(name + "-" + i, tokens, rows);
        }
        captures.write(dir.resolve(name + ".frames"));
    }

    private String at(String name) {
        return dir.resolve(name).toString();
    }

    private String[] rank(String... more) {
        return Stream.concat(
                        Stream.of(
                                "--sae",
                                "demo/sae",
                                "--positive",
                                at("positive.frames"),
                                "--negative",
                                at("negative.frames")),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void shouldFindThePlantedFeatureAndWriteASpecThatParses() throws IOException {
        int code = run(rank(
                "--keywords",
                at("words.txt"),
                "--out",
                at("w.yaml"),
                "--card",
                at("c.md"),
                "--probes",
                at("probes"),
                "--aggregate",
                "ema(0.5).max",
                "--name",
                "planted",
                "--label",
                "a \"planted\" one: {x}",
                "--json"));

        assertThat(code).as(err.toString()).isZero();
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.at("/features/0/figures/feature").asInt()).isEqualTo(PLANTED);
        assertThat(report.at("/features/0/otherRank").asInt()).isEqualTo(1);
        assertThat(report.at("/date").asText()).isEqualTo("2026-11-22");
        assertThat(report.at("/scorecard/atOnePercent").asText()).contains("at least 100 ordinary negatives");
        assertThat(report.at("/scorecard/verdict").asText()).contains("too few negatives");
        assertThat(report.at("/scorecard/entries/5/rule/kind").asText()).isEqualTo("KEYWORDS");
        assertThat(report.at("/scorecard/entries/5/auroc").asDouble()).isEqualTo(1);
        MonitorSpec spec = SpecParser.parse("w.yaml", Files.readAllBytes(dir.resolve("w.yaml")))
                .spec();
        assertThat(spec.watch()).containsKeys("planted-87", "planted-means", "planted-logistic");
        assertThat(spec.watch().get("planted-87").label()).isEqualTo("a \"planted\" one: {x}");
        assertThat(spec.watch().get("planted-87").labelFrom())
                .startsWith("contrast 2026-11-22 sae:54cfa429ba69 positive:"
                        + report.at("/files/0/sha256").asText().substring(0, 12));
        assertThat(spec.watch().get("planted-87").firesAbove())
                .isEqualTo((float) report.at("/scorecard/entries/0/asSet/above").asDouble());
        assertThat(Files.readString(dir.resolve("c.md")))
                .contains(
                        "# Scorecard: planted",
                        "not known",
                        report.at("/files/1/sha256").asText());
        assertThat(WeightLoader.load(at("probes/logistic.safetensors"))
                        .manifest()
                        .hook())
                .isEqualTo(HOOK);
    }

    @Test
    void shouldWriteTheSameBytesTwiceAndNoTokenText() throws IOException {
        run(rank("--keywords", at("words.txt"), "--out", at("a.yaml"), "--name", "x"));
        String first = out.toString().replace("a.yaml", "");
        run(rank("--keywords", at("words.txt"), "--out", at("b.yaml"), "--name", "x"));
        assertThat(out.toString().replace("b.yaml", "")).isEqualTo(first).doesNotContain("hello", "please");
        assertThat(dir.resolve("b.yaml")).hasSameBinaryContentAs(dir.resolve("a.yaml"));
    }

    @Test
    void shouldPutACapOnOneFeatureInTheNameOfAPerson() throws IOException {
        int code = run(rank("--out", at("w.yaml"), "--name", "planted", "--cap-by", "a.researcher", "--json"));

        assertThat(code).as(err.toString()).isZero();
        JsonNode first = new ObjectMapper().readTree(out.toString()).at("/scorecard/entries/0");
        MonitorSpec spec = SpecParser.parse("w.yaml", Files.readAllBytes(dir.resolve("w.yaml")))
                .spec();
        assertThat(spec.watch().values())
                .extracting(WatchSpec::severity)
                .as("one alone pages")
                .containsExactlyInAnyOrder(Severity.SEVERITY_PAGE, Severity.SEVERITY_SHADOW, Severity.SEVERITY_SHADOW);
        assertThat(spec.watch().get("planted-87").severity()).isEqualTo(Severity.SEVERITY_PAGE);
        assertThat(spec.detectors().get("never")).isInstanceOfSatisfying(DetectorSpec.Cap.class, cap -> {
            assertThat(cap.setBy()).isEqualTo("a.researcher 2026-11-22");
            assertThat((double) cap.above())
                    .isGreaterThan(first.at("/asSet/above").asDouble())
                    .isLessThan(first.at("/median").asDouble());
        });
    }

    @Test
    void shouldRefuseACapOnAFeatureThatTellsNothingApart() throws IOException {
        capture("alike", 60, new float[384], "hello there");
        String[] alike = {"--sae", "demo/sae", "--positive", at("alike.frames"), "--negative", at("negative.frames")};
        String[] capped = Stream.concat(Stream.of(alike), Stream.of("--out", at("w.yaml"), "--cap-by", "me"))
                .toArray(String[]::new);

        assertThat(run(capped)).isEqualTo(1);
        assertThat(err.toString()).contains("no ranked feature tells the two apart");
        assertThat(dir.resolve("w.yaml")).doesNotExist();
        assertThat(run(rank("--cap-by", "me"))).as("a cap goes into a spec").isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatCannotBeMeasured() throws IOException {
        capture("few", 12, new float[384], "x y");
        assertThat(run("--sae", "demo/sae", "--positive", at("few.frames"), "--negative", at("negative.frames")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("positive requests to choose on", "at least 10");
        assertThat(run(rank("--holdout-positive", at("positive.frames")))).isEqualTo(2);
        assertThat(run(rank("--holdout-positive", at("positive.frames"), "--holdout-negative", at("negative.frames"))))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is in two files");
        assertThat(run("--sae", "demo/phishing.safetensors", "--positive", "a", "--negative", "b"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is a probe");
        assertThat(run(rank("--aggregate", "median"))).isEqualTo(2);
        assertThat(err.toString()).contains("max, ema(0.5).max");
        assertThat(run(rank("--aggregate", "ema(0).max\"}"))).isEqualTo(2);
        assertThat(run(rank("--hook", "blocks.9.resid_post"))).isEqualTo(1);
        assertThat(err.toString()).contains("no frame with rows of blocks.9.resid_post", "but of " + HOOK);
        assertThat(run(rank("--name", "Not A Name"))).isEqualTo(2);
    }
}
