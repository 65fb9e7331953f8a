package io.seismo.app.sae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.app.SeismoCommand;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.NaiveProbe;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.TensorType;
import io.seismo.weights.file.ArrayFile;
import io.seismo.weights.file.NpzWriter;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.onnx.OnnxFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code seismo sae inspect|list|encode|check} on probes of every form. */
class SaeProbeCommandsTest {

    private static final String ROWS = "src/test/resources/sae/demo/rows.npy";
    private static final int D = 384;
    private static final int COUNT = 8;

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

    @BeforeEach
    void files() throws IOException {
        new SafetensorsWriter().add("direction", TensorType.F32, draw(1, D), D).write(at("direction.safetensors"));
        new SafetensorsWriter()
                .add("mean_positive", TensorType.F32, draw(2, D), D)
                .add("mean_negative", TensorType.F32, draw(3, D), D)
                .write(at("means.safetensors"));
        new SafetensorsWriter()
                .add("0.weight", TensorType.F32, draw(4, 24 * D), 24, D)
                .add("0.bias", TensorType.F32, draw(5, 24), 24)
                .add("2.weight", TensorType.F32, draw(6, 48), 2, 24)
                .metadata("activation", "silu")
                .write(at("mlp.safetensors"));
        new SafetensorsWriter()
                .add("0.weight", TensorType.F32, draw(7, 6 * 3), 6, 3)
                .add("2.weight", TensorType.F32, draw(8, 6), 1, 6)
                .add("features", TensorType.I64, new float[] {87, 3, 38}, 3)
                .metadata("activation", "tanh")
                .write(at("head.safetensors"));
        try (NpzWriter npz = new NpzWriter(at("forest.npz"))) {
            npz.longs("tree.offsets", 0, 5, 8);
            npz.longs("tree.feature", 87, 3, -2, -2, -2, 38, -2, -2);
            npz.longs("tree.left", 1, 2, -1, -1, -1, 1, -1, -1);
            npz.longs("tree.right", 4, 3, -1, -1, -1, 2, -1, -1);
            floats(npz, "tree.threshold", 0, 0, 0, 0, 0, 0.125f, 0, 0);
            floats(npz, "tree.value", 0, 0, 0.5f, 1.5f, 4, 0, -1, 2.25f);
        }
        float[][] matrix = new float[D][3];
        for (int i = 0; i < D; i++) {
            matrix[i] = draw(100 + i, 3);
        }
        OnnxFiles.write(at("three.onnx"), OnnxFiles.linear(matrix, new float[] {1, 2, 3}));
    }

    private Path at(String name) {
        return dir.resolve(name);
    }

    private static float[] draw(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * 0.1f;
        }
        return values;
    }

    private static void floats(NpzWriter npz, String name, float... values) throws IOException {
        npz.stream(name, "<f4", new ByteArrayInputStream(OnnxFiles.bytes(values)), values.length);
    }

    private static String[] with(String[] common, String... more) {
        return Stream.concat(Stream.of(common), Stream.of(more)).toArray(String[]::new);
    }

    private String[] onFeatures(String name) {
        return name.equals("head.safetensors") || name.equals("forest.npz")
                ? new String[] {"--sae", "demo/sae"}
                : new String[0];
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"direction.safetensors", "means.safetensors", "mlp.safetensors", "head.safetensors", "forest.npz"
            })
    void shouldScoreEveryRowAsTheControlDoes(String name) throws IOException {
        Path file = at("scores.json");
        String[] common = {"sae", "encode", at(name).toString(), "--activations", ROWS, "--out", file.toString()};
        assertThat(run(with(common, onFeatures(name)))).as(err.toString()).isZero();

        JsonNode triples = new ObjectMapper().readTree(file.toFile());
        NaiveProbe control = new NaiveProbe(WeightLoader.probe(at(name).toString(), ProbeScore.LOGIT));
        NaiveEncoder sae = new NaiveEncoder(WeightLoader.load("demo/sae"));
        RowBlock rows = RowFile.open(Path.of(ROWS), "").block(0, COUNT);
        List<Double> expected = new ArrayList<>();
        for (int r = 0; r < COUNT; r++) {
            double[] scores = onFeatures(name).length == 0
                    ? control.score(List.of(rows), r)
                    : control.scoreFeatures(sae.encode(rows, r));
            for (double score : scores) {
                expected.add(score);
            }
        }
        assertThat(triples).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(triples.at("/" + i + "/2").asDouble()).isCloseTo(expected.get(i), within(1e-4));
        }
        assertThat(expected.stream().distinct().count())
                .as("scores that differ")
                .isGreaterThan(1);
    }

    @Test
    void shouldScoreByAUsersModelAndKeepChosenOutputs() throws IOException {
        Path file = at("scores.npz");
        String[] common = {"sae", "encode", at("three.onnx").toString(), "--activations", ROWS, "--out", file.toString()
        };
        assertThat(run(with(common, "--features", "2,0"))).as(err.toString()).isZero();
        ArrayFile dense = ArrayFile.open(file);
        assertThat(dense.require("features").vector()).containsExactly(0, 2);
        assertThat(dense.require("values").shape()).containsExactly((long) COUNT, 2L);
        assertThat(run(with(common, "--sparse"))).isZero();
        assertThat(ArrayFile.open(file).require("indptr").vector()).endsWith(3 * COUNT);
        assertThat(run(with(common, "--features", "3"))).isEqualTo(1);
        assertThat(err.toString()).contains("features 0 to 2, not 3");
    }

    @ParameterizedTest
    @CsvSource({"demo/phishing.safetensors, logit, raw", "means.safetensors, raw, unit"})
    void shouldScoreAsASpecSaysWhenItIsLinear(String name, String one, String other) throws IOException {
        String location = name.startsWith("demo/") ? name : at(name).toString();
        String[] common = {"sae", "check", location, "--activations", ROWS, "--json", "--score"};
        assertThat(run(with(common, one))).as(err.toString()).isZero();
        double first = json().at("/scores/0/mean").asDouble();
        assertThat(run(with(common, other))).as(err.toString()).isZero();

        assertThat(json().at("/scores/0/mean").asDouble()).isNotCloseTo(first, within(1e-3));
    }

    @ParameterizedTest
    @CsvSource({
        "direction.safetensors, 'linear', 8",
        "means.safetensors, 'linear', 8",
        "mlp.safetensors, 'mlp, 384 → 24 → 2, silu between', 16",
        "head.safetensors, 'mlp, 3 → 6 → 1, tanh between', 8",
        "forest.npz, 'trees, 2 of 8 nodes in all, ≤ goes left', 8"
    })
    void shouldHoldEveryFormAgainstTheControl(String name, String form, int values) throws IOException {
        String[] common = {"sae", "check", at(name).toString(), "--activations", ROWS, "--json"};
        assertThat(run(with(common, onFeatures(name)))).as(err.toString()).isZero();
        assertThat(json().at("/form").asText()).startsWith(form);
        assertThat(json().at("/control/values").asInt()).isEqualTo(values);
        assertThat(json().at("/control/worstRatio").asDouble()).isLessThan(1);
        assertThat(json().at("/differing").asInt()).isZero();
        assertThat(json().at("/alone").asInt()).isEqualTo(COUNT);
        assertThat(run(with(
                        new String[] {"sae", "check", at(name).toString(), "--activations", ROWS}, onFeatures(name))))
                .isZero();
        assertThat(out.toString()).contains("keeps the law");
    }

    @Test
    void shouldSayThatAUsersModelHasNoControl() throws IOException {
        assertThat(run("sae", "check", at("three.onnx").toString(), "--activations", ROWS))
                .isZero();
        assertThat(out.toString()).contains("output 2", "not understood", "0 with other bits");
    }

    @Test
    void shouldRefuseWhatCannotBeReadSo() {
        String rows = "--activations";
        assertThat(run("sae", "check", at("forest.npz").toString(), rows, ROWS)).isEqualTo(1);
        assertThat(err.toString()).contains("reads features of an SAE", "--sae");
        assertThat(run("sae", "check", at("direction.safetensors").toString(), rows, ROWS, "--sae", "demo/sae"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("reads 384 features, but demo/sae has 2048");
        assertThat(run("sae", "check", "demo/sae", rows, ROWS, "--score", "unit"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--score says how a probe reads");
        assertThat(run("sae", "check", at("mlp.safetensors").toString(), rows, ROWS, "--precision", "bf16"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--precision and --threshold measure what SAEs make of rows");
        assertThat(run("sae", "encode", "demo/sae", rows, ROWS, "--out", "x.npz", "--dense", "--sparse"))
                .isEqualTo(2);
    }

    @Test
    void shouldInspectEveryForm() throws IOException {
        assertThat(run("sae", "inspect", at("forest.npz").toString())).isZero();
        assertThat(out.toString())
                .contains("probe/trees, a probe", "features 3 to 1 score", "features 3, 38, 87 of an SAE", "0 FLOP");
        assertThat(run("sae", "inspect", at("mlp.safetensors").toString(), "--json"))
                .isZero();
        assertThat(json().at("/watch/columns").asInt()).isEqualTo(24);
        assertThat(json().at("/width").asInt()).isEqualTo(2);
        assertThat(json().at("/matrixBytes").asInt()).isEqualTo(4 * (385 * 24 + 25 * 2));
        assertThat(run("sae", "inspect", at("head.safetensors").toString(), "--json"))
                .isZero();
        assertThat(json().at("/features/0").asInt()).isEqualTo(87);
        assertThat(run("sae", "inspect", at("three.onnx").toString())).isZero();
        assertThat(out.toString()).contains("a model in ONNX", "d_in 384 to 3 scores");
    }

    @Test
    void shouldListProbesOfEveryFormAndPassOverRows() throws IOException {
        new SafetensorsWriter().add("hidden", TensorType.F32, draw(9, 8), 2, 4).write(at("rows.safetensors"));
        Files.copy(Path.of(ROWS), at("rows.npy"));

        assertThat(run("sae", "list", dir.toString(), "--json")).isZero();

        List<String> families = new ArrayList<>();
        json().forEach(found -> families.add(found.path("family").asText()));
        assertThat(families.subList(2, families.size()))
                .containsExactly("probe/linear", "probe/trees", "probe/mlp", "probe/linear", "probe/mlp", "probe/onnx");
    }

    @Test
    void shouldWriteWhatDidNotFireWhenDense() throws IOException {
        Path file = at("dense.npz");
        String[] common = {"sae", "encode", "demo/sae", "--activations", ROWS, "--out", file.toString()};
        assertThat(run(with(common, "--dense", "--json"))).as(err.toString()).isZero();
        assertThat(json().at("/values").asInt()).isEqualTo(COUNT * 2048);
        double[] all = ArrayFile.open(file).require("values").shape().stream()
                .mapToDouble(Long::doubleValue)
                .toArray();
        assertThat(all).containsExactly(COUNT, 2048);
        assertThat(run(with(common, "--watch", "--features", "38,87", "--sparse")))
                .isZero();
        assertThat(ArrayFile.open(file).require("shape").vector()).containsExactly(COUNT, 2048);
    }
}
