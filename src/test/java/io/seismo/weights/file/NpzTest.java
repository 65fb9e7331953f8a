package io.seismo.weights.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Matrix;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.family.Draw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {

    private static final byte[] NOTHING = {};

    @TempDir
    Path directory;

    private Npz read(ZipWriter writer) throws IOException {
        return Npz.read(ByteSource.file(writer.write(directory.resolve("a.npz"))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadEveryTypeWhenStoredOrCompressed(boolean compressed) throws IOException {
        ZipWriter writer = new ZipWriter(compressed);
        float[] values = {0, 1, -2, 5, 1024, -7};
        for (TensorType type : TensorType.values()) {
            if (type != TensorType.BF16 && type != TensorType.I32) {
                writer.add(type.name(), type, values, 2, 3);
            }
        }
        Npz file = read(writer.add("scalar", TensorType.F32, new float[] {4}));

        assertThat(file.tensors()).hasSize(5);
        for (TensorType type : TensorType.values()) {
            if (type != TensorType.BF16 && type != TensorType.I32) {
                assertThat(Matrix.of(file.require(type.name())).get(1, 0)).isEqualTo(5);
            }
        }
        assertThat(file.require("scalar").single()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../w.npy", "a/../../w.npy", "/etc/w.npy", "..\\w.npy", "c:w.npy", "w\0.npy", "w\n.npy"})
    void shouldRefuseWhenANameIsNoPlainPath(String name) {
        assertThatThrownBy(() -> read(new ZipWriter(false).raw(name, NOTHING)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("not a plain relative path");
    }

    /** Central directory of a file of two equal members: at 46 bytes and a name of 5 each, before the end of 22. */
    static Stream<Arguments> tampered() {
        return Stream.of(
                tamper("size beyond deflate", b -> b.putInt(central(b, 0) + 24, 0x0fffffff), "does not unpack"),
                tamper("size of a bomb", b -> b.putInt(central(b, 0) + 24, 0x7fffffff), "would unpack to"),
                tamper("packed size outside", b -> b.putInt(central(b, 0) + 20, 0x7ffffff), "does not fit"),
                tamper("encrypted", b -> b.putShort(central(b, 0) + 8, (short) 1), "encrypted"),
                tamper("method", b -> b.putShort(central(b, 0) + 10, (short) 12), "method 12"),
                tamper("overlap", b -> b.putInt(central(b, 1) + 42, 0), "overlaps"),
                tamper("offset outside", b -> b.putInt(central(b, 0) + 42, 0x7fffffff), "lies outside"),
                tamper("checksum", b -> b.putInt(central(b, 0) + 16, 1), "does not unpack"),
                tamper("directory outside", b -> b.putInt(b.capacity() - 6, 0x7fffffff), "does not fit"),
                tamper("directory huge", b -> b.putInt(b.capacity() - 10, 0x7fffffff), "does not fit"),
                tamper("zip64 without locator", b -> b.putInt(b.capacity() - 6, -1), "64-bit"),
                tamper("no end", b -> b.putInt(b.capacity() - 22, 0), "no directory"));
    }

    private static Arguments tamper(String name, Consumer<ByteBuffer> change, String reason) {
        return Arguments.of(name, change, reason);
    }

    private static int central(ByteBuffer bytes, int member) {
        return bytes.capacity() - 22 - (2 - member) * (46 + 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tampered")
    void shouldRefuseWithTheReasonWhenTheDirectoryLies(String name, Consumer<ByteBuffer> change, String reason)
            throws IOException {
        byte[] bytes = two();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));

        assertThatThrownBy(() -> Npz.read(ByteSource.memory("lying.npz", bytes)).tensors())
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("lying.npz")
                .hasMessageContaining(reason);
    }

    @Test
    void shouldRefuseOrReadWithinBoundsWhenAnyBitIsChanged() throws IOException {
        byte[] sound = two();
        int refused = 0;
        for (int at = 0; at < sound.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = Arrays.copyOf(sound, sound.length);
                changed[at] ^= (byte) (1 << bit);
                try {
                    Npz.read(ByteSource.memory("changed.npz", changed))
                            .tensors()
                            .values()
                            .forEach(Tensor::vector);
                } catch (WeightsException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(sound.length);
    }

    private byte[] two() throws IOException {
        float[] values = new Draw(TensorType.F32, 5).normal(64, 0, 1);
        return Files.readAllBytes(new ZipWriter(true)
                .add("a", TensorType.F32, values, 64)
                .add("b", TensorType.F32, values, 64)
                .write(directory.resolve("two.npz")));
    }
}
