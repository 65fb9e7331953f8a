package io.seismo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.spec.CanaryFacts;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRowsTest {

    private static final float[] ONE = {3, 4, 0, 5};
    private static final float[] NEAR = {3, 4.05f, 0.05f, 5};

    @TempDir
    private Path dir;

    private Path file() {
        return dir.resolve("greeting.safetensors");
    }

    private static SafetensorsWriter writer() {
        return new SafetensorsWriter().metadata("model", "tiny").metadata("revision", "r1");
    }

    private RecordedRows read() {
        return RecordedRows.read(file().toString());
    }

    @Test
    void shouldReadRowsOfEveryHookAndSayHowAlikeTheyAre() throws IOException {
        writer().add("a", TensorType.F32, ONE, 2, 2)
                .add("b", TensorType.F32, NEAR, 2, 2)
                .add("narrow", TensorType.BF16, new float[] {1, 2}, 2, 1)
                .write(file());
        CanaryFacts facts = read().facts();
        assertThat(facts.model()).isEqualTo("tiny");
        assertThat(facts.revision()).isEqualTo("r1");
        assertThat(facts.rows()).isEqualTo(2);
        assertThat(facts.hooks().get("narrow")).isEqualTo(new CanaryFacts.Hook(Dtype.DTYPE_BF16, 1));
        assertThat(facts.nearest()).as("one row of b is a hundredth away").isCloseTo(0.01, within(1e-4));
        assertThat(facts.digest()).hasSize(64);
        assertThat(read().values("a")).containsExactly(ONE);
    }

    @Test
    void shouldSayThatNothingIsToldApartWhenAHookWasRecordedTwice() throws IOException {
        writer().add("a", TensorType.F32, ONE, 2, 2)
                .add("same", TensorType.F32, ONE, 2, 2)
                .write(file());
        assertThat(read().facts().nearest()).isZero();
    }

    @Test
    void shouldNameWhatIsWrongWithAFile() throws IOException {
        assertThatThrownBy(this::read)
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("no file")
                .hasMessageContaining("record it");
        refused(writer().add("a", TensorType.F32, ONE, 4), "shape [4]");
        refused(writer().add("a", TensorType.F32, new float[0], 0, 4), "shape [0, 4]");
        refused(writer().add("a", TensorType.F64, ONE, 2, 2), "holds F64");
        refused(writer().add("a", TensorType.F32, new float[] {1, Float.NaN}, 1, 2), "not finite");
        refused(writer().add("a", TensorType.F32, ONE, 2, 2).add("b", TensorType.F32, ONE, 1, 4), "2 and of 1 rows");
        refused(writer().add("a", TensorType.F32, new float[5_000], 5_000, 1), "1 to 4096 rows");
        refused(new SafetensorsWriter().metadata("model", "m").add("a", TensorType.F32, ONE, 2, 2), "says no revision");
        refused(writer().add("h".repeat(129), TensorType.F32, ONE, 2, 2), "named after its hook point");
        SafetensorsWriter many = writer();
        for (int i = 0; i < 65; i++) {
            many.add("h" + i, TensorType.F32, ONE, 2, 2);
        }
        refused(many, "holds 65 tensors");
    }

    private void refused(SafetensorsWriter writer, String reason) throws IOException {
        writer.write(file());
        assertThatThrownBy(this::read).isInstanceOf(WeightsException.class).hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseAFileThatIsTooLargeBeforeReadingIt() throws IOException {
        Files.write(file(), new byte[(16 << 20) + 1]);
        assertThatThrownBy(this::read).isInstanceOf(WeightsException.class).hasMessageContaining("above 16 MiB");
    }

    /** Lengths in the header of any kind: read or refused, never anything else. */
    @Test
    void shouldRefuseHostileBytes() throws IOException {
        byte[] sound =
                Files.readAllBytes(writer().add("a", TensorType.F32, ONE, 2, 2).write(file()));
        SplittableRandom random = new SplittableRandom(9);
        int refused = 0;
        for (int round = 0; round < 800; round++) {
            byte[] bytes = java.util.Arrays.copyOf(
                    sound, random.nextInt(4) == 0 ? random.nextInt(sound.length) : sound.length);
            for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(file(), bytes);
            try {
                assertThat(read().rows()).isPositive();
            } catch (WeightsException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(300);
    }
}
