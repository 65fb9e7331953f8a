package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.NaiveProbe;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.ProbeScore;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.onnx.OnnxFiles;
import io.seismo.weights.probe.Probe;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All watched columns of a plan at once, against scalar controls in double precision. */
class JointWatchTest {

    private static final int ROWS = 37;

    @TempDir
    Path directory;

    private ProbeFixture fixture;
    private Map<String, RowBlock> rows;
    private float[] watched;

    @BeforeEach
    void open() throws IOException {
        fixture = new ProbeFixture(directory);
        rows = ProbeFixture.rows(ROWS);
        watched = fixture.watch(rows, ROWS);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldKeepTheLawForFeaturesWhenProbesShareTheirMultiplication() {
        EncoderWeights sae = WeightLoader.load("demo/sae");
        NaiveEncoder control = new NaiveEncoder(sae);
        double worst = 0;
        for (int r = 0; r < ROWS; r++) {
            double[] pre = control.preActivations(rows.get("mid"), r);
            for (int feature : new int[] {3, 38, 87, 88}) {
                double band = band(sae, feature, control.input(rows.get("mid"), r));
                double value = control.value(pre, feature);
                double actual = at(r, "topics", feature);
                if ((value > 0) == (actual > 0)) {
                    worst = Math.max(worst, Math.abs(value - actual) / band);
                } else {
                    assertThat(Math.max(value, actual))
                            .isLessThanOrEqualTo(sae.activation().thresholds()[feature] + band);
                }
            }
        }
        System.out.printf("joint watch of the demo SAE: worst ratio to the band %.3f%n", worst);
        assertThat(worst).isPositive().isLessThan(1);
    }

    @ParameterizedTest
    @CsvSource({"lr, LOGIT, mid", "unit, UNIT, mid", "both, LOGIT, mid late"})
    void shouldKeepTheLawForLinearProbes(String name, ProbeScore score, String taps) {
        Probe.Linear probe = (Probe.Linear) WeightLoader.probe(location(name), score);
        NaiveProbe control = new NaiveProbe(probe);
        List<RowBlock> read = List.of(taps.split(" ")).stream().map(rows::get).toList();
        double worst = 0;
        for (int r = 0; r < ROWS; r++) {
            double expected = control.score(read, r)[0];
            double norm = 0;
            for (RowBlock tap : read) {
                norm = Math.hypot(norm, NaiveEncoder.norm(NaiveEncoder.decode(tap, r)));
            }
            double band = band(probe.weights(), 0, norm);
            worst = Math.max(worst, Math.abs(expected - at(r, name, 0)) / band);
        }
        System.out.printf("%s: worst ratio to the band %.3f%n", name, worst);
        assertThat(worst).isPositive().isLessThan(1);
        assertThat(band(probe.weights(), 0, 1)).isLessThan(0.01);
    }

    @ParameterizedTest
    @CsvSource({"mlp, mid", "mlp-both, late mid"})
    void shouldAgreeWithTheControlForPerceptrons(String name, String taps) {
        NaiveProbe control = new NaiveProbe(WeightLoader.probe(location(name), ProbeScore.LOGIT));
        List<RowBlock> read = List.of(taps.split(" ")).stream().map(rows::get).toList();
        for (int r = 0; r < ROWS; r++) {
            double expected = control.score(read, r)[0];
            assertThat((double) at(r, name, 0)).isCloseTo(expected, within(2e-5 * (1 + Math.abs(expected))));
        }
    }

    @Test
    void shouldTellWhenTheTapsOfAProbeAreExchanged() {
        NaiveProbe control = new NaiveProbe(WeightLoader.probe(location("mlp-both"), ProbeScore.LOGIT));
        double expected = control.score(List.of(rows.get("mid"), rows.get("late")), 0)[0];

        assertThat((double) at(0, "mlp-both", 0)).isNotCloseTo(expected, within(2e-5 * (1 + Math.abs(expected))));
    }

    @Test
    void shouldWalkTreesOverTheVeryFeaturesThatAreWatched() {
        NaiveProbe control = new NaiveProbe(WeightLoader.probe(location("forest"), ProbeScore.LOGIT));
        float[] seen = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
            double[] features = new double[1536];
            for (int feature : new int[] {3, 38, 87}) {
                features[feature] = at(r, "topics", feature);
            }
            seen[r] = at(r, "forest", 0);
            assertThat(seen[r]).isEqualTo((float) control.scoreFeatures(features)[0]);
        }
    }

    @Test
    void shouldAgreeWithTheControlForAHeadOnATopKSae() {
        NaiveEncoder sae = new NaiveEncoder(WeightLoader.load(directory + "/top"));
        NaiveProbe control = new NaiveProbe(WeightLoader.probe(location("head"), ProbeScore.LOGIT));
        for (int r = 0; r < ROWS; r++) {
            double expected = control.scoreFeatures(sae.encode(rows.get("late"), r))[0];
            assertThat((double) at(r, "head", 0)).isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
        }
    }

    @Test
    void shouldAgreeWithItsOwnMatrixForAUsersModel() {
        float[] flat = ProbeFixture.draw(10, (ProbeFixture.MID + ProbeFixture.LATE) * 3);
        for (int r = 0; r < ROWS; r++) {
            double[] late = NaiveEncoder.decode(rows.get("late"), r);
            double[] mid = NaiveEncoder.decode(rows.get("mid"), r);
            double sum = 3;
            for (int i = 0; i < flat.length / 3; i++) {
                sum += (i < late.length ? late[i] : mid[i - late.length]) * flat[i * 3 + 2];
            }
            assertThat((double) at(r, "onnx", 2)).isCloseTo(sum, within(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 16})
    void shouldGiveTheSameBitsWhateverTheBatching(int size) {
        int columns = fixture.plan.columns().size();
        for (int from = 0; from < ROWS; from += size) {
            int count = Math.min(size, ROWS - from);
            float[] some =
                    fixture.watch(Map.of("mid", slice("mid", from, count), "late", slice("late", from, count)), count);
            for (int i = 0; i < some.length; i++) {
                assertThat(some[i]).isEqualTo(watched[from * columns + i]);
            }
        }
    }

    @Test
    void shouldComputeHeadsFromPairsThatWereEncodedElsewhere() {
        SparseRows fired = new SparseRows();
        BitSet all = new BitSet();
        all.set(0, ROWS);
        fixture.encoders.byName().get("topics").full(rows.get("mid"), all, fired);
        Map<String, SparseRows> codes = new TreeMap<>();
        codes.put("topics", fired);
        for (String probe : List.of("lr", "unit", "both", "mlp")) {
            SparseRows scores = new SparseRows();
            for (int r = 0; r < ROWS; r++) {
                scores.add(0, at(r, probe, 0));
                scores.endRow();
            }
            codes.put(probe, scores);
        }
        // The user's model and mlp-both read rows of both taps and live on the other: they were sent as well.
        SparseRows three = new SparseRows();
        SparseRows one = new SparseRows();
        for (int r = 0; r < ROWS; r++) {
            for (int output = 0; output < 3; output++) {
                three.add(output, output == 1 ? 0 : at(r, "onnx", output));
            }
            one.add(0, at(r, "mlp-both", 0));
            three.endRow();
            one.endRow();
        }
        codes.put("onnx", three);
        codes.put("mlp-both", one);

        float[] gathered = fixture.watch(Map.of("late", rows.get("late")), codes, ROWS);

        float[] computed = watched;
        int equal = 0;
        for (int i = 0; i < gathered.length; i++) {
            assertThat(gathered[i]).isCloseTo(computed[i], within(1e-4f));
            equal += Float.compare(gathered[i], computed[i]) == 0 ? 1 : 0;
        }
        System.out.printf(
                "%d of %d watched values from pairs equal those from rows bit for bit%n", equal, gathered.length);
        for (int r = 0; r < ROWS; r++) {
            int column = fixture.column("forest", 0);
            int columns = fixture.plan.columns().size();
            assertThat(gathered[r * columns + column]).isEqualTo(at(r, "forest", 0));
        }
    }

    @Test
    void shouldPinEveryFileInTheFingerprint() throws IOException {
        String before = fixture.encoders.byName().get("lr").fingerprint();
        assertThat(fixture.encoders.byName().get("topics").fingerprint())
                .startsWith(before)
                .contains(", full ");
        try (ProbeFixture again = new ProbeFixture(java.nio.file.Files.createDirectory(directory.resolve("again")))) {
            assertThat(again.encoders.byName().get("lr").fingerprint()).isEqualTo(before);
        }
        EncoderPlan lr = fixture.plan.taps().get(1).encoders().stream()
                .filter(e -> e.name().equals("lr"))
                .findFirst()
                .orElseThrow();
        TapPlan alone = new TapPlan("mid", "", ProbeFixture.MID, Dtype.DTYPE_BF16, false, false, 0, List.of(lr));
        try (OnnxPlanEncoders one = OnnxPlanEncoders.open(List.of(alone), (sae, weights) -> null)) {
            assertThat(one.byName().get("lr").fingerprint()).isNotEqualTo(before);
        }
    }

    @Test
    void shouldRefuseAModelThatMixesRows() throws IOException {
        Path mixing = OnnxFiles.write(
                directory.resolve("mixing.onnx"),
                OnnxFiles.model(OnnxFiles.graph(8, 8)
                        .addNode(OnnxFiles.node("ReduceMean", "m", "x").addAttribute(OnnxFiles.ints("axes", 0)))
                        .addNode(OnnxFiles.node("Sub", "y", "x", "m"))));
        Probe.Onnx probe = (Probe.Onnx) WeightLoader.probe(mixing.toString(), ProbeScore.LOGIT);

        assertThatThrownBy(() -> OrtModel.open(OnnxRuntime.get().environment(), probe))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("depends on the rows beside it");
    }

    @Test
    void shouldRunAModelWithExternalDataFromMemory() throws IOException {
        java.nio.file.Files.write(directory.resolve("w.bin"), OnnxFiles.bytes(9, 2, 3));
        Path file = OnnxFiles.write(
                directory.resolve("ext.onnx"),
                OnnxFiles.model(OnnxFiles.graph(2, 1)
                        .addInitializer(OnnxFiles.external("W", "w.bin", 4, 2, 1))
                        .addNode(OnnxFiles.node("MatMul", "y", "x", "W"))));
        float[] y = new float[1];
        try (OrtModel model = OrtModel.open(
                OnnxRuntime.get().environment(), (Probe.Onnx) WeightLoader.probe(file.toString(), ProbeScore.LOGIT))) {
            model.run(new float[] {10, 1}, 1, y);
        }

        assertThat(y[0]).isEqualTo(23);
    }

    private String location(String encoder) {
        for (TapPlan tap : fixture.plan.taps()) {
            for (EncoderPlan plan : tap.encoders()) {
                if (plan.name().equals(encoder)) {
                    return plan.location();
                }
            }
        }
        throw new AssertionError(encoder);
    }

    private float at(int row, String encoder, int feature) {
        return watched[row * fixture.plan.columns().size() + fixture.column(encoder, feature)];
    }

    private RowBlock slice(String tap, int from, int count) {
        RowBlock block = rows.get(tap);
        ByteBuffer data = block.data().duplicate();
        int bytes = block.dIn() * RowBlock.bytesPerElement(block.dtype());
        data.position(from * bytes).limit((from + count) * bytes);
        return new RowBlock(data, block.dtype(), count, block.dIn());
    }

    private static double band(EncoderWeights weights, int feature, double[] x) {
        return band(weights, feature, NaiveEncoder.norm(x));
    }

    private static double band(EncoderWeights weights, int feature, double norm) {
        double squares = 0;
        for (int i = 0; i < weights.dIn(); i++) {
            squares += Math.pow(weights.matrix().get(i, feature), 2);
        }
        return 8 * Math.sqrt(weights.dIn()) * 0x1p-24 * (norm * Math.sqrt(squares) + Math.abs(weights.bias()[feature]));
    }
}
