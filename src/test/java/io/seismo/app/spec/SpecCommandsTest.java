package io.seismo.app.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.app.SeismoCommand;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EncoderFacts;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecParser;
import io.seismo.topology.StoreBound;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seismo validate} and {@code seismo plan}. */
class SpecCommandsTest {

    private static final String DEFAULT = "src/test/resources/spec/good/demo.yaml";
    private static final String BAD = "src/test/resources/spec/bad/unknown-dtype.yaml";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

    private int run(String... args) {
        return SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void shouldSayWhatASoundSpecHolds() {
        assertThat(run("validate", DEFAULT)).isZero();
        assertThat(out.toString())
                .isEqualToNormalizingNewlines(
                        DEFAULT + ": sound: 1 tap, 2 encoders, 3 watch entries, 3 detectors, 2 alerts\n");
    }

    @Test
    void shouldPrintProblemsAsACompilerDoesAndExitWithOneWhenAnyFileIsRefused() {
        assertThat(run("validate", DEFAULT, BAD)).isEqualTo(1);
        assertThat(out.toString())
                .contains(DEFAULT + ": sound", BAD + ":6:55: taps.mid.dtype: \"bf17\" is not a dtype;");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldPrintADocumentAFileWhenJsonIsAskedFor() throws IOException {
        assertThat(run("validate", "--json", DEFAULT, BAD)).isEqualTo(1);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(new ObjectMapper().readTree(lines.get(0)).get("valid").asBoolean())
                .isTrue();
        JsonNode problem =
                new ObjectMapper().readTree(lines.get(1)).get("problems").get(0);
        assertThat(problem.get("line").asInt()).isEqualTo(6);
        assertThat(problem.get("column").asInt()).isEqualTo(55);
        assertThat(problem.get("found").asText()).isEqualTo("bf17");
    }

    @Test
    void shouldSayThatAFileIsNotThere() {
        assertThat(run("validate", "no-such.yaml")).isEqualTo(1);
        assertThat(err.toString()).startsWith("seismo: no file no-such.yaml");
    }

    @Test
    void shouldShowAnExampleInTheHelpOfEach() {
        assertThat(run("validate", "--help")).isZero();
        assertThat(run("plan", "--help")).isZero();
        assertThat(out.toString()).contains("Example: seismo validate ", "Example: seismo plan ");
    }

    @Test
    void shouldDrawTheDefaultSpecFromTapsToReceivers() throws IOException {
        StringWriter picture = new StringWriter();
        new PlanPicture(report(DEFAULT)).print(new PrintWriter(picture, true));

        assertThat(picture.toString().lines().map(String::strip))
                .contains(
                        "demo watches all-MiniLM-L6-v2, revision demo-1",
                        "├─ phish-lr  probe demo/phishing.safetensors",
                        "│     watch  every token: 1 column of the tap's multiplication, 768 FLOP a token",
                        "└─ topics  SAE demo/sae, 1,536 features",
                        "full   10% of requests: 1,536 columns, 1,179,648 FLOP and 6,912 B a token",
                        "expected false pages a week: 0.9",
                        "log  log, text  page, ticket, info",
                        "a-store  encode  3 things")
                .anyMatch(line ->
                        line.matches("phishing +max\\(.*\\) → ema\\(0.5\\).max → above .* page +→ never, rate +.*"))
                .anyMatch(line -> line.endsWith("\"asks for credentials\" [contrast-2026-11]"))
                .anyMatch(line -> line.endsWith("by logistic regression\" [third-party: source not stated]"))
                .anyMatch(line -> line.matches("FeatureSpike +at once, kept for 10m +page, info, shadow +→ log"))
                .anyMatch(line -> line.matches("MonitorBlind +after 5m +page +→ log"))
                .anyMatch(line ->
                        line.matches("blind +coverage in 1m below 98% +0.1 false pages a week +→ MonitorBlind"));
    }

    @Test
    void shouldPlanTheDefaultSpecWithTheWeightsInTheJar() {
        assertThat(run("plan", "topology/monitor.yaml")).as(out.toString()).isZero();
        assertThat(out.toString()).contains("SAE demo/sae", "probe demo/phishing.safetensors");
    }

    @Test
    void shouldPlanFromWeightsOnDisk() throws IOException {
        Path spec = probeSpec(8);

        assertThat(run("plan", "--json", spec.toString())).as(err.toString()).isZero();

        JsonNode plan = new ObjectMapper().readTree(out.toString());
        assertThat(plan.at("/taps/0/encoders/0/watch/flopPerToken").asLong()).isEqualTo(16);
        assertThat(plan.at("/stores").size()).isEqualTo(StoreBound.all().size()).isPositive();
        assertThat(plan.at("/falsePagesPerWeek").asDouble()).isEqualTo(0.25);
    }

    @Test
    void shouldPointAtTheSpecWhenWeightsDoNotFit() throws IOException {
        Path spec = probeSpec(9);

        assertThat(run("plan", spec.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(spec + ":4:", "rows of 9 do not fit", "reads rows of 8");
    }

    @Test
    void shouldListProblemsAsJsonWhenWeightsAreMissing() throws IOException {
        Path spec = probeSpec(8);
        Files.delete(dir.resolve("probe.safetensors"));

        assertThat(run("plan", "--json", spec.toString())).isEqualTo(1);
        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .at("/problems/0/path")
                        .asText())
                .isEqualTo("encoders.lr.probe");
    }

    private static PlanReport report(String file) throws IOException {
        SpecDocument document = SpecParser.parse(file, Files.readAllBytes(Path.of(file)));
        EncoderCatalog catalog = EncoderCatalog.of(
                Map.of("demo/sae", EncoderFacts.sae(384, 1536), "demo/phishing.safetensors", EncoderFacts.probe(384)));
        return PlanReport.of(
                document, Planner.plan(document, catalog, 1), List.of(new StoreBound("a-store", "encode", "3 things")));
    }

    /** A spec whose tap has rows of {@code dIn}, beside a probe for rows of 8. */
    private Path probeSpec(int dIn) throws IOException {
        Path probe = dir.resolve("probe.safetensors");
        String header = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]},"
                + "\"bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[32,36]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 36).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(probe, bytes.putLong(json.length).put(json).array());
        return Files.writeString(dir.resolve("spec.yaml"), """
                seismo: 1
                model: { name: m, revision: r }
                taps:
                  mid: { hook: h, d_in: %d, dtype: f32, skip: [special] }
                encoders:
                  lr: { probe: %s, tap: mid }
                watch:
                  bad: { read: lr, severity: ticket }
                detectors:
                  rate: { watch: bad, method: cusum, false_pages_per_week: 0.25 }
                alerts:
                  Spike: { from: [rate] }
                """.formatted(dIn, probe));
    }
}
