package io.seismo.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records of the Python capture client, written by {@code make_capture_frames.py}, mean here what they meant there. */
class CaptureFramesTest {

    private static final Path FRAMES = Path.of("src", "test", "resources", "capture");
    private static final List<String> NAMES = List.of("prompt", "prompt-rest", "aborted", "end");

    @Test
    void shouldNumberFramesAndCountThem() throws IOException {
        List<Frame> frames = frames();
        assertThat(frames).extracting(Frame::getSourceSeq).containsExactly(1L, 2L, 3L, 4L);
        assertThat(frames).extracting(Frame::getSourceId).containsOnly("replica-0/0");
        assertThat(record("heartbeat").getHeartbeat().getFramesSent()).isEqualTo(4);
        assertThat(record("heartbeat").getHeartbeat().getRowsServed()).isEqualTo(5);
        assertThat(record("heartbeat").getHeartbeat().getSourceEpoch())
                .isEqualTo(frames.get(0).getSourceEpoch());
    }

    @Test
    void shouldCutAPromptIntoFramesInOrder() throws IOException {
        Segment first = frames().get(0).getSegments(0);
        assertThat(first.getRequestId()).isEqualTo("request-1");
        assertThat(first.getRole()).isEqualTo(Role.ROLE_USER);
        assertThat(first.getPhase()).isEqualTo(Phase.PHASE_PROMPT);
        assertThat(first.getRowKinds().toByteArray()).containsExactly(1, 0, 0);
        assertThat(first.getTokenIdsList()).containsExactly(1, 300, 70_000);
        assertThat(first.getTokenTextList()).containsExactly("<s>", "grüße", "");
        assertThat(first.getAttributes(0).getValue()).isEqualTo("chat");
        Segment second = frames().get(1).getSegments(0);
        assertThat(second.getStartPosition()).isEqualTo(3);
        assertThat(second.getRows()).isEqualTo(1);
        assertThat(second.getRowKinds().toByteArray()).containsExactly(2);
        assertThat(first.hasEnd() || second.hasEnd()).isFalse();
    }

    @Test
    void shouldEndRequests() throws IOException {
        Segment aborted = frames().get(2).getSegments(0);
        assertThat(aborted.getStartPosition()).isEqualTo(16);
        assertThat(aborted.getCachedPrefix()).isEqualTo(16);
        assertThat(aborted.getEnd().getOutcome()).isEqualTo(Outcome.OUTCOME_ABORTED);
        assertThat(aborted.getEnd().getRowsExpected()).isEqualTo(1);
        Segment end = frames().get(3).getSegments(0);
        assertThat(end.getRows()).isZero();
        assertThat(end.getEnd().getRowsExpected()).isEqualTo(4);
        assertThat(end.getEnd().getOutcome()).isEqualTo(Outcome.OUTCOME_COMPLETED);
    }

    @Test
    void shouldCarryEveryElementOfBothHookPoints() throws IOException {
        int row = 0;
        for (Frame frame : frames()) {
            for (Tensor tensor : frame.getTensorsList()) {
                ByteBuffer data = TensorBytes.of(tensor.getData()).order(ByteOrder.LITTLE_ENDIAN);
                assertThat(TensorBytes.crc32c(data)).isEqualTo(tensor.getCrc32C());
                assertThat(FiniteCheck.allFinite(data, tensor.getDtype())).isTrue();
                assertElements(tensor, data, row);
            }
            row += frame.getTensorsCount() == 0 ? 0 : frame.getTensors(0).getShape(0);
        }
        assertThat(row).isEqualTo(5);
    }

    private static void assertElements(Tensor tensor, ByteBuffer data, int firstRow) {
        boolean residual = tensor.getHook().equals("blocks.3.resid_post");
        assertThat(tensor.getDtype()).isEqualTo(residual ? Dtype.DTYPE_BF16 : Dtype.DTYPE_F16);
        int width = residual ? 8 : 4;
        assertThat(tensor.getShapeList()).element(1).isEqualTo(width);
        for (int i = 0; i < tensor.getShape(0) * width; i++) {
            short bits = data.getShort(data.position() + 2 * i);
            float value = (firstRow + i / width + 1) + (i % width) / 4f - 4;
            assertThat(residual ? Dtypes.bf16(bits) : Dtypes.f16(bits)).isEqualTo(value);
        }
    }

    private static List<Frame> frames() throws IOException {
        List<Frame> frames = new ArrayList<>();
        for (String name : NAMES) {
            frames.add(record(name).getFrame());
        }
        return frames;
    }

    private static ActivationRecord record(String name) throws IOException {
        Reading reading = FrameReader.read(Files.readAllBytes(FRAMES.resolve(name + ".bin")));
        assertThat(reading).isInstanceOf(Reading.Parsed.class);
        return ((Reading.Parsed) reading).record();
    }
}
