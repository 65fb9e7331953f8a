package io.seismo.activation;

import static io.seismo.activation.TestFrames.origin;
import static io.seismo.activation.TestFrames.tick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.ControlCheck;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.OnnxPlanEncoders;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.Plans;
import io.seismo.spec.ProbeScore;
import io.seismo.spec.SpecParser;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that the Python client encoded in torch, written by {@code make_encoded_frames.py}: the features are those of the
 * control within the band, and the demo's spec scores them as if the rows had come.
 */
class ClientEncodedFramesTest {

    private static final Path FRAMES = Path.of("src", "test", "resources", "capture", "encoded");
    private static final Path SAES = Path.of("src", "test", "resources", "sae");

    @ParameterizedTest
    @ValueSource(strings = {"standard", "jumprelu", "topk", "demo"})
    void shouldHoldTheFeaturesOfTheControlUnderTheManifestThatIsHeldAgainst(String name) throws IOException {
        EncodedRows rows = frame(name).getEncoded(0);
        EncoderWeights weights = weights(name);
        RowBlock block = rows(name);

        ControlCheck.Result result = held(weights, block, EncodedCheck.pairs(rows));

        System.out.printf(
                "%s: %d flips inside the band, %d outside, %d values outside%n",
                name, result.flipsInside(), result.flipsOutside(), result.valuesOutside());
        assertThat(result.holds()).as(result.toString()).isTrue();
        assertThat(rows.getWeights()).isEqualTo(weights.manifest().digest());
        assertThat(rows.getUnits()).isEqualTo("activation");
        assertThat(rows.getWidth()).isEqualTo(weights.width());
        ByteBuffer norms = rows.getNorms().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < block.rows(); row++) {
            double norm = Dtypes.norm(block, row);
            assertThat(norms.getDouble()).isCloseTo(norm, within(1e-13 * norm));
        }
    }

    @Test
    void shouldFindRowsThatBelongToTheirNeighbours() throws IOException {
        RowBlock block = rows("jumprelu");
        SparseRows pairs = EncodedCheck.pairs(frame("jumprelu").getEncoded(0));
        SparseRows shifted = new SparseRows();
        for (int row = 0; row < pairs.rows(); row++) {
            int other = (row + 1) % pairs.rows();
            for (int k = pairs.start(other); k < pairs.end(other); k++) {
                shifted.add(pairs.feature(k), pairs.value(k));
            }
            shifted.endRow();
        }

        assertThat(held(weights("jumprelu"), block, shifted).flipsOutside()).isGreaterThan(10);
    }

    /** Holds pairs against the control, whose own pre-activations stand for the fast encoder's. */
    private static ControlCheck.Result held(EncoderWeights weights, RowBlock block, SparseRows pairs) {
        ControlCheck check = new ControlCheck(weights);
        NaiveEncoder control = new NaiveEncoder(weights);
        for (int row = 0; row < block.rows(); row++) {
            double[] exact = control.preActivations(block, row);
            float[] pre = new float[exact.length];
            for (int f = 0; f < pre.length; f++) {
                pre[f] = (float) exact[f];
            }
            check.add(block, row, row, pre, pairs, row);
        }
        return check.result();
    }

    @Test
    void shouldBeScoredByTheDemosSpecAsIfTheRowsHadCome() throws IOException {
        MonitorPlan plan = plan();
        Frame encoded = frame("demo");
        try (OnnxPlanEncoders encoders =
                OnnxPlanEncoders.open(plan.taps(), (sae, weights) -> OnnxEncoders.open(weights, sae))) {
            Intake one = new Intake(Plans.only(plan), any -> encoders.byName(), new MapJournal());
            Intake other = new Intake(Plans.only(plan), any -> encoders.byName(), new MapJournal());

            FeatureRecord fromRows = give(one, dense(encoded));
            FeatureRecord fromEdge = give(other, encoded);

            assertThat(fromEdge.hasFrame()).as(fromEdge.toString()).isTrue();
            assertThat(fromEdge.getFrame().getRowKinds())
                    .isEqualTo(fromRows.getFrame().getRowKinds());
            assertThat(fromEdge.getFrame().getCodes(0).getIndices())
                    .isEqualTo(fromRows.getFrame().getCodes(0).getIndices());
            List<Float> expected = floats(fromRows.getFrame().getWatched());
            List<Float> watched = floats(fromEdge.getFrame().getWatched());
            assertThat(watched).hasSameSizeAs(expected).anyMatch(value -> value > 0);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(watched.get(i)).isCloseTo(expected.get(i), within(2e-5f));
            }
            Frame spoilt = encoded.toBuilder()
                    .setSourceSeq(2)
                    .setEncoded(
                            0,
                            encoded.getEncoded(0).toBuilder()
                                    .setWeights(encoded.getEncoded(1).getWeights()))
                    .build();
            assertThat(give(one, spoilt).getRefusal().getReason()).isEqualTo(Reason.REASON_MANIFEST);
        }
    }

    private static FeatureRecord give(Intake intake, Frame frame) {
        intake.accept(tick(frame.getTimestampMs()).toByteArray(), origin(0), "activations", -1);
        return intake.accept(TestFrames.record(frame).toByteArray(), origin(1), "activations", -1);
    }

    /** The same with the rows themselves. */
    private static Frame dense(Frame encoded) throws IOException {
        RowBlock block = rows("demo");
        byte[] data = new byte[block.rows() * block.dIn() * Float.BYTES];
        block.data().get(0, data);
        return encoded.toBuilder()
                .clearEncoded()
                .addTensors(TestFrames.tensor(Dtype.DTYPE_F32, data, block.rows(), block.dIn()))
                .build();
    }

    /** The packaged spec, for rows in fp32 of which all are encoded, with the digests it would be run with. */
    private static MonitorPlan plan() throws IOException {
        String spec = Files.readString(Path.of("topology", "monitor.yaml"))
                .replace("dtype: bf16", "dtype: f32")
                .replace("full: 10% of requests", "full: every request");
        EncoderCatalog catalog = location ->
                WeightLoader.facts(location).read(location.endsWith(".safetensors") ? probe(location) : sae(location));
        return Planner.plan(SpecParser.parse("monitor.yaml", spec), catalog, 1);
    }

    private static String probe(String location) {
        return WeightLoader.probe(location, ProbeScore.LOGIT).manifest().digest();
    }

    private static String sae(String location) {
        return WeightLoader.load(location).manifest().digest();
    }

    private static List<Float> floats(ByteString bytes) {
        ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        return Stream.generate(buffer::getFloat)
                .limit(bytes.size() / Float.BYTES)
                .toList();
    }

    private static EncoderWeights weights(String name) {
        return WeightLoader.load(
                name.equals("demo") ? "demo/sae" : SAES.resolve(name).toString());
    }

    private static RowBlock rows(String name) {
        RowFile file = RowFile.open(SAES.resolve(name).resolve("rows.npy"), "");
        return file.block(0, (int) file.rows());
    }

    private static Frame frame(String name) throws IOException {
        Reading reading = FrameReader.read(Files.readAllBytes(FRAMES.resolve(name + ".bin")));
        assertThat(reading).isInstanceOf(Reading.Parsed.class);
        ActivationRecord record = ((Reading.Parsed) reading).record();
        return record.getFrame();
    }
}
