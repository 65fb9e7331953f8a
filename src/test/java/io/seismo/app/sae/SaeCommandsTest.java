package io.seismo.app.sae;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.app.SeismoCommand;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.weights.file.ArrayFile;
import io.seismo.weights.file.SafetensorsWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code seismo sae inspect|list|encode|check}. */
class SaeCommandsTest {

    private static final String GOLDEN = "src/test/resources/sae";
    private static final String ROWS = GOLDEN + "/demo/rows.npy";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path dir;

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
    void shouldShowAnExampleInTheHelpOfEachAndListThemAsAThing() {
        for (String verb : new String[] {"check", "encode", "import", "inspect", "list"}) {
            assertThat(run("sae", verb, "--help")).isZero();
            assertThat(out.toString()).contains("Example", "seismo sae " + verb, "--json");
        }
        assertThat(run("--help")).isZero();
        assertThat(out.toString().substring(out.toString().indexOf("Things:")))
                .containsPattern("sae +check \\| encode \\| import \\| inspect \\| list: ");
    }

    @Test
    void shouldInspectAnSaeAndAProbe() throws IOException {
        assertThat(run("sae", "inspect", "demo/sae")).isZero();
        assertThat(out.toString())
                .contains(
                        "saelens/jumprelu", "384 to 2,048", "blocks.3.resid_post", "b_dec @ W_enc", "sha256 671a24c6");
        assertThat(run("sae", "inspect", GOLDEN + "/topk", "--json")).isZero();
        assertThat(json().at("/activation").asText()).isEqualTo("topk, k = 5");
        assertThat(json().at("/watch/columns").asInt()).isEqualTo(80);
        assertThat(json().at("/decoderNorms/median").asDouble()).isBetween(0.999, 1.001);
        assertThat(run("sae", "inspect", GOLDEN + "/jumprelu", "--json")).isZero();
        assertThat(json().at("/thresholds/min").asDouble()).isEqualTo(-1);
        assertThat(json().at("/thresholds/notPositive").asInt()).isEqualTo(1);
        assertThat(json().at("/norm").asText()).isEqualTo("constant_norm");
        assertThat(run("sae", "inspect", "demo/phishing.safetensors", "--json")).isZero();
        assertThat(json().at("/probe").asBoolean()).isTrue();
        assertThat(json().at("/decoderNorms").isNull()).isTrue();
    }

    @Test
    void shouldNameFileAndRemedyWhenAnSaeIsNotSound() throws IOException {
        Files.writeString(dir.resolve("cfg.json"), "{\"architecture\": \"temporal\", \"d_in\": 4, \"d_sae\": 8}");
        assertThat(run("sae", "inspect", dir.toString())).isEqualTo(1);
        assertThat(err.toString()).contains(dir + "/cfg.json", "temporal", "Use an SAE that encodes single tokens");
        assertThat(run("sae", "inspect", dir.resolve("no").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("no encoder at ", "Give a SAELens directory");
    }

    @Test
    void shouldListWhatIsThereAndWhatCannotBeRead() throws IOException {
        Path copy = Files.createDirectories(dir.resolve("sound"));
        try (Stream<Path> files = Files.list(Path.of(GOLDEN, "standard"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Files.write(dir.resolve("broken.safetensors"), new byte[] {1, 2, 3});
        Files.write(dir.resolve("broken.pt"), new byte[] {1, 2, 3});
        Files.copy(Path.of(ROWS), dir.resolve("rows.npy"));
        assertThat(run(
                        "sae",
                        "encode",
                        "demo/sae",
                        "--activations",
                        ROWS,
                        "--out",
                        dir.resolve("rows.npz").toString()))
                .isZero();

        assertThat(run("sae", "list", dir.toString(), "--json")).isZero();

        assertThat(json()).as("neither rows nor results").hasSize(5);
        assertThat(json().at("/0/location").asText()).isEqualTo("demo/sae");
        assertThat(json().at("/2/refused").asText()).contains("is no zip file");
        assertThat(json().at("/3/refused").asText()).contains("too short");
        assertThat(json().at("/4/family").asText()).isEqualTo("saelens/standard");
        assertThat(run("sae", "list", dir.toString())).isZero();
        assertThat(out.toString())
                .contains("not readable: ", "saelens/standard")
                .doesNotContain("sae_weights");
        assertThat(run("sae", "list", dir.resolve("no").toString())).isEqualTo(1);
    }

    @Test
    void shouldEncodeAsJsonAndSparseWhenFull() throws IOException {
        Path triples = dir.resolve("y.json");
        Path sparse = dir.resolve("y.npz");
        assertThat(run("sae", "encode", "demo/sae", "--activations", ROWS, "--out", triples.toString()))
                .as(err.toString())
                .isZero();
        assertThat(run("sae", "encode", "demo/sae", "--activations", ROWS, "--out", sparse.toString(), "--json"))
                .isZero();

        JsonNode fired = new ObjectMapper().readTree(triples.toFile());
        assertThat(fired.size()).isEqualTo(json().at("/values").asInt()).isEqualTo(2135);
        ArrayFile arrays = ArrayFile.open(sparse);
        assertThat(arrays.require("shape").vector()).containsExactly(8, 2048);
        double[] ends = arrays.require("indptr").vector();
        assertThat(ends).hasSize(9).startsWith(0).endsWith(2135);
        double[] values = arrays.require("data").vector();
        for (int i = 0; i < values.length; i += 100) {
            assertThat((float) values[i])
                    .isEqualTo((float) fired.at("/" + i + "/2").asDouble());
        }
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).containsExactlyInAnyOrder(triples, sparse);
        }
    }

    @Test
    void shouldEncodeOnlyTheGivenFeaturesWhenWatched() throws IOException {
        Path dense = dir.resolve("w.npz");
        Path full = dir.resolve("f.json");
        String[] common = {"sae", "encode", "demo/sae", "--activations", ROWS, "--features", "87,38", "--out"};
        assertThat(run(with(common, dense.toString(), "--watch"))).isZero();
        assertThat(run(with(common, full.toString(), "--full"))).isZero();

        ArrayFile arrays = ArrayFile.open(dense);
        assertThat(arrays.require("features").vector()).containsExactly(38, 87);
        assertThat(arrays.require("values").shape()).containsExactly(8L, 2L);
        for (JsonNode triple : new ObjectMapper().readTree(full.toFile())) {
            assertThat(triple.path(1).asInt()).isIn(38, 87);
        }
        assertThat(run("sae", "encode", "demo/sae", "--activations", ROWS, "--out", full.toString(), "--watch"))
                .isEqualTo(2);
        assertThat(run(with(common, dir.resolve("y.txt").toString()))).isEqualTo(1);
        assertThat(run(with(common, full.toString(), "--features", "2048"))).isEqualTo(1);
        assertThat(err.toString()).contains("features 0 to 2047, not 2048");
    }

    private static String[] with(String[] common, String... more) {
        return Stream.concat(Stream.of(common), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void shouldWriteEveryScoreWhenItIsAProbe() throws IOException {
        Path file = dir.resolve("p.json");
        String probe = "demo/phishing.safetensors";
        assertThat(run("sae", "encode", probe, "--activations", ROWS, "--out", file.toString()))
                .isZero();
        assertThat(new ObjectMapper().readTree(file.toFile())).hasSize(8);
        assertThat(run("sae", "check", probe, "--activations", ROWS)).isZero();
        assertThat(out.toString()).contains("above 0 on 0.00 % of rows", "keeps the law");
    }

    @Test
    void shouldCheckAnSaeAgainstControlAndSparsity() throws IOException {
        assertThat(run("sae", "check", "demo/sae", "--activations", ROWS, "--control-rows", "2", "--json"))
                .as(err.toString())
                .isZero();

        assertThat(json().at("/active/l0").asDouble()).isEqualTo(2135 / 8.0);
        assertThat(json().at("/control/rows").asInt()).isEqualTo(2);
        assertThat(json().at("/control/worstRatio").asDouble()).isBetween(1e-6, 1.0);
        assertThat(json().at("/control/flipsOutside").asInt()).isZero();
        assertThat(json().at("/sparsity/l0").asDouble()).isBetween(31.0, 33.0);
        assertThat(json().at("/fvu").asDouble()).isBetween(1.2333, 1.2335);
        assertThat(run("sae", "check", "demo/sae", "--activations", GOLDEN + "/topk/rows.npy"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("rows of 24", "reads rows of 384");
    }

    @Test
    void shouldSetCoarserWeightsBesideFp32WhenAsked() throws IOException {
        String[] common = {"sae", "check", "demo/sae", "--activations", ROWS, "--control-rows", "1", "--precision"};
        assertThat(run(with(common, "bf16,int8", "--json"))).as(err.toString()).isZero();
        assertThat(json().at("/reduced")).hasSize(2);
        assertThat(json().at("/reduced/0/precision").asText()).isEqualTo("bf16");
        assertThat(json().at("/reduced/1/found/fired").asInt()).isEqualTo(2135);
        assertThat(json().at("/reduced/1/found/outside").asInt()).isBetween(1, 200);
        assertThat(json().at("/reduced/1/speed").asDouble()).isPositive();
        assertThat(run(with(common, "int4"))).isEqualTo(2);
    }

    @Test
    void shouldFindAThresholdInPlaceOfTopKAndMeasureItOnOtherRows() throws IOException {
        Path rows = dir.resolve("rows.safetensors");
        float[] values = new float[200 * 16];
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        new SafetensorsWriter().add("x", TensorType.F32, values, 200, 16).write(rows);
        Path sae = new RandomSae("topk", TensorType.F32, 16, 96, 5).write(dir.resolve("sae"));
        Path kept = dir.resolve("kept.json");
        String[] check = {"sae", "check", sae.toString(), "--activations", rows.toString(), "--json"};

        assertThat(run(with(check, "--threshold", kept.toString(), "--features", "7,3")))
                .isZero();

        JsonNode found = json().at("/threshold");
        assertThat(new ObjectMapper().readTree(kept.toFile())).isEqualTo(found);
        assertThat(found.at("/calibrated").asInt()).isEqualTo(100);
        assertThat(found.at("/l0").asDouble()).isEqualTo(found.at("/k").asDouble());
        JsonNode others = found.at("/heldOut");
        assertThat(others.at("/rows").asInt()).isEqualTo(100);
        assertThat(others.at("/fired").asLong()).isEqualTo(100 * found.at("/k").asLong());
        assertThat(others.at("/lost").asLong()).isPositive();
        assertThat(others.at("/gained").asLong()).isPositive();
        assertThat(found.at("/features/0/feature").asInt()).isEqualTo(3);
        assertThat(found.at("/disagreement").asDouble()).isBetween(0.01, 0.9);
        assertThat(run(
                        "sae",
                        "check",
                        sae.toString(),
                        "--activations",
                        rows.toString(),
                        "--threshold",
                        kept.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("topk: { threshold: " + (float) found.at("/threshold").asDouble());
    }

    @Test
    void shouldRefuseAThresholdForWhatIsNotTopK() {
        Path kept = dir.resolve("kept.json");
        assertThat(run("sae", "check", "demo/sae", "--activations", ROWS, "--threshold", kept.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("jumprelu", "top-k only", "Leave --threshold out");
        assertThat(kept).doesNotExist();
        assertThat(run("sae", "check", "demo/sae", "--activations", ROWS, "--features", "3"))
                .isEqualTo(2);
    }
}
