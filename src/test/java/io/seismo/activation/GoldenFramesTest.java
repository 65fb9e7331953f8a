package io.seismo.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.SparseRows;
import io.seismo.spec.TapPlan;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Outcome;
import io.seismo.wire.Phase;
import io.seismo.wire.Role;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The frames in {@code schemas/examples}, written by {@code make_golden_frames.py}, mean what they say. */
class GoldenFramesTest {

    private static final Path EXAMPLES = Path.of("schemas", "examples");
    private static final long NOW = 1_790_000_000_000L;

    @Test
    void shouldReadEveryExample() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            assertThat(files.map(path -> path.getFileName().toString()).sorted())
                    .containsExactly(
                            "batch-f16.bin",
                            "batch-f32.bin",
                            "encoded.bin",
                            "heartbeat.bin",
                            "prefill-bf16.bin",
                            "tick.bin");
        }
        assertThat(example("tick").getTick().getTimeMs()).isEqualTo(NOW);
        assertThat(example("tick").getTick().getPartitions()).isEqualTo(2);
        assertThat(example("heartbeat").getHeartbeat().getRowsServed()).isEqualTo(10);
        assertThat(example("heartbeat").getHeartbeat().getFramesDropped()).isEqualTo(1);
    }

    @Test
    void shouldReadThePrefillChunk() throws IOException {
        Frame frame = example("prefill-bf16").getFrame();
        assertThat(frame.getSourceId()).isEqualTo("replica-0/lane-0");
        assertThat(frame.getSourceSeq()).isEqualTo(1);
        assertThat(frame.getTimestampMs()).isEqualTo(NOW + 1);
        Segment prompt = frame.getSegments(0);
        assertThat(prompt.getRequestId()).isEqualTo("request-1");
        assertThat(prompt.getRole()).isEqualTo(Role.ROLE_USER);
        assertThat(prompt.getPhase()).isEqualTo(Phase.PHASE_PROMPT);
        assertThat(prompt.getRowKinds().toByteArray()).containsExactly(1, 0, 0);
        assertThat(prompt.getTokenTextList()).containsExactly("[CLS]", "hello", "world");
        assertThat(prompt.hasEnd()).isFalse();
    }

    @Test
    void shouldReadTheBatchOfTwoRequests() throws IOException {
        Frame frame = example("batch-f32").getFrame();
        assertThat(frame.getSegmentsList()).extracting(Segment::getRequestId).containsExactly("request-1", "request-2");
        assertThat(frame.getSegments(0).getEnd().getOutcome()).isEqualTo(Outcome.OUTCOME_COMPLETED);
        assertThat(frame.getSegments(1).getCachedPrefix()).isEqualTo(16);
        assertThat(example("batch-f16").getFrame().getSegmentsList()).isEqualTo(frame.getSegmentsList());
    }

    @Test
    void shouldReadRowsThatWereEncodedBesideTheModel() throws IOException {
        EncodedRows encoded = example("encoded").getFrame().getEncoded(0);
        SparseRows pairs = EncodedCheck.pairs(encoded);

        assertThat(encoded.getUnits()).isEqualTo("activation");
        assertThat(encoded.getWeights()).hasSize(64);
        assertThat(pairs.rows()).isEqualTo(3);
        assertThat(pairs.end(0)).isEqualTo(2);
        assertThat(pairs.feature(1)).isEqualTo(17);
        assertThat(pairs.value(1)).isEqualTo(2f);
        assertThat(pairs.end(1)).isEqualTo(2);
        assertThat(pairs.feature(2)).isEqualTo(63);
        TapPlan tap = TestPlans.plan(1).taps().get(0);
        assertThat(EncodedCheck.norms(example("encoded").getFrame(), tap)).containsExactly(10, 11, 12);
    }

    @ParameterizedTest
    @CsvSource({"prefill-bf16,DTYPE_BF16", "batch-f16,DTYPE_F16", "batch-f32,DTYPE_F32"})
    void shouldDecodeElementsAndChecksums(String name, Dtype dtype) throws IOException {
        Tensor tensor = example(name).getFrame().getTensors(0);
        assertThat(tensor.getDtype()).isEqualTo(dtype);
        assertThat(tensor.getShapeList()).containsExactly(3, 8);
        ByteBuffer data = TensorBytes.of(tensor.getData()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(TensorBytes.crc32c(data)).isEqualTo(tensor.getCrc32C());
        assertThat(FiniteCheck.allFinite(data, dtype)).isTrue();
        for (int i = 0; i < 24; i++) {
            float expected = (i / 8 + 1) + (i % 8) / 4f - 4;
            float actual = dtype == Dtype.DTYPE_F32
                    ? data.getFloat(data.position() + 4 * i)
                    : dtype == Dtype.DTYPE_BF16
                            ? Dtypes.bf16(data.getShort(data.position() + 2 * i))
                            : Dtypes.f16(data.getShort(data.position() + 2 * i));
            assertThat(actual).isEqualTo(expected);
        }
    }

    private static ActivationRecord example(String name) throws IOException {
        Reading reading = FrameReader.read(Files.readAllBytes(EXAMPLES.resolve(name + ".bin")));
        assertThat(reading).isInstanceOf(Reading.Parsed.class);
        return ((Reading.Parsed) reading).record();
    }
}
