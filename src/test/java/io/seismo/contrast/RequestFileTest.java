package io.seismo.contrast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.wire.Dtype;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestFileTest {

    private static final RowSelection ALL = new RowSelection("", false, false, 0);

    @TempDir
    private Path dir;

    /** What was heard: {@code request:kinds:ends} a part. */
    private static List<String> heard(RequestFile file) {
        List<String> heard = new ArrayList<>();
        file.read(batch -> {
            for (Batch.Part part : batch.parts()) {
                byte[] kinds = Arrays.copyOfRange(batch.kinds(), part.first(), part.first() + part.rows());
                heard.add(part.request() + ":" + Arrays.toString(kinds) + ":" + part.ends());
            }
        });
        return heard;
    }

    private Path captured(Captures captures) throws IOException {
        return captures.write(dir.resolve("x.frames"));
    }

    @Test
    void shouldReadInterleavedRequestsAndLeaveOutWhatScoreWouldLeaveOut() throws IOException {
        float[] one = {1, 2};
        Path file = captured(new Captures()
                .frame(
                        List.of(
                                Captures.segment("a", 0, 2).build(),
                                Captures.segment("b", 0, 1).build()),
                        one,
                        one,
                        one)
                // The beginning of c is missing; d's prefix was cached.
                .frame(
                        List.of(
                                Captures.segment("c", 4, 1).build(),
                                Captures.segment("d", 4, 1).setCachedPrefix(4).build()),
                        one,
                        one)
                .frame(
                        List.of(Captures.segment("a", 2, 1)
                                .setEnd(End.getDefaultInstance())
                                .build()),
                        one)
                // Position 0 of b came before.
                .frame(List.of(Captures.segment("b", 0, 1).build()), one)
                .frame(List.of(Captures.segment("b", 1, 0)
                        .setEnd(End.getDefaultInstance())
                        .build()))
                .request("a", one));
        RequestFile read = RequestFile.open(file, new RowSelection("", true, true, 0));

        assertThat(heard(read))
                .containsExactly("a:[3, 0]:false", "b:[3]:false", "d:[0]:false", "a:[0]:true", "b:[]:true");
        assertThat(read.facts()).isEqualTo(new RequestFile.Facts("m", "r", Captures.HOOK, Dtype.DTYPE_F32, 2));
        RequestFile.Intake intake = read.read(batch -> {});
        assertThat(intake.orphanRows()).isEqualTo(2);
        assertThat(intake.repeated()).isEqualTo(1);
        assertThat(intake.refused()).isEmpty();
    }

    @Test
    void shouldCountByReasonWhatThePipelineWouldRefuse() throws IOException {
        Path file = captured(new Captures()
                .request("a", Captures.row(1, 2))
                .request("b", Captures.row(Float.NaN, 2))
                .request("c", Captures.row(1, 2, 3))
                .record(Frame.newBuilder().setModel("other").setRevision("r"), List.of(), new float[0][]));
        RequestFile.Intake intake = RequestFile.open(file, ALL).read(batch -> {});
        assertThat(intake.refused().keySet())
                .hasSize(3)
                .anyMatch(reason -> reason.startsWith("NON_FINITE"))
                .anyMatch(reason -> reason.startsWith("SHAPE"))
                .anyMatch(reason -> reason.startsWith("UNKNOWN_MODEL"));
    }

    @Test
    void shouldRefuseGarbageWithFileAndPlace() throws IOException {
        byte[] sound = new Captures().request("a", Captures.row(1)).bytes();
        Path file = dir.resolve("x.frames");
        Files.write(file, Arrays.copyOf(sound, sound.length - 1));
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).hasMessageContainingAll("x.frames", "cut off");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f});
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).hasMessageContaining("claims 4294967295 bytes");
        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).isInstanceOf(WeightsException.class);
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).hasMessageContaining("no frame with rows");
        assertThatThrownBy(() -> RequestFile.open(dir.resolve("y.frames"), ALL)).hasMessageContaining("no file");
        assertThatThrownBy(() -> RequestFile.open(Files.write(dir.resolve("x.csv"), sound), ALL))
                .hasMessageContaining("neither .frames");
    }

    @Test
    void shouldThrowNothingElseWhenBytesAreRandom() throws IOException {
        Random random = new Random(11);
        byte[] sound = new Captures()
                .request("a", Captures.row(1, 2))
                .request("b", Captures.row(3, 4))
                .bytes();
        for (int round = 0; round < 300; round++) {
            byte[] broken = sound.clone();
            for (int hits = 0; hits < 1 + round % 4; hits++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(dir.resolve("x.frames"), broken);
            try {
                RequestFile.open(file, ALL).read(batch -> {});
            } catch (WeightsException refused) {
                assertThat(refused.problem()).contains("x.frames");
            }
        }
    }

    @Test
    void shouldReadAGoldenFrameWithoutALength() {
        RequestFile file = RequestFile.open(Path.of("schemas/examples/prefill-bf16.bin"), ALL);
        assertThat(heard(file)).isNotEmpty();
        assertThat(file.facts().dtype()).isEqualTo(Dtype.DTYPE_BF16);
    }

    @Test
    void shouldReadArraysWithTheNumberOfTheRequestOfEachRow() throws IOException {
        Path file = dir.resolve("x.safetensors");
        new SafetensorsWriter()
                .add("activations", TensorType.F32, new float[] {1, 1, 2, 2, 30, 40, 4, 4, 5, 5}, 5, 2)
                .add("requests", TensorType.I32, new float[] {7, 7, 7, 3, 3}, 5)
                .add("row_kinds", TensorType.I32, new float[] {0, 1, 0, 0, 2}, 5)
                .write(file);
        String id = RequestFile.open(file, ALL).sha256().substring(0, 12);
        assertThat(heard(RequestFile.open(file, new RowSelection("", true, true, 40))))
                .containsExactly(id + "/7:[3, 1, 4]:true", id + "/3:[3, 2]:true");
        assertThat(heard(RequestFile.open(file, ALL))).containsExactly(id + "/7:[0, 0, 0]:true", id + "/3:[0, 2]:true");
    }

    @Test
    void shouldRefuseArraysThatDoNotSayWhoseRowsTheyAre() throws IOException {
        Path file = dir.resolve("x.safetensors");
        float[] rows = {1, 1, 2, 2, 3, 3};
        new SafetensorsWriter().add("activations", TensorType.F32, rows, 3, 2).write(file);
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).hasMessageContaining("no array requests");
        arrays(file, rows, 1, 2, 1);
        assertThatThrownBy(() -> RequestFile.open(file, ALL).read(batch -> {}))
                .hasMessageContaining("request 1 begins again at row 2");
        arrays(file, rows, 1, 1);
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).hasMessageContaining("should have shape [3]");
        arrays(file, rows, -1, 0, 0);
        assertThatThrownBy(() -> RequestFile.open(file, ALL)).hasMessageContaining("whole numbers from 0");
    }

    private static void arrays(Path file, float[] rows, float... requests) throws IOException {
        new SafetensorsWriter()
                .add("activations", TensorType.F32, rows, 3, 2)
                .add("requests", TensorType.I64, requests, requests.length)
                .write(file);
    }
}
