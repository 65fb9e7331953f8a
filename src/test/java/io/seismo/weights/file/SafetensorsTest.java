package io.seismo.weights.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Matrix;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void shouldReadEveryTypeWhenSound(TensorType type) throws IOException {
        float[] values = {0, 1, -2, 5, 1024, -7};
        Path file = new SafetensorsWriter()
                .add("first", TensorType.F32, new float[] {9}, 1)
                .add("w", type, values, 2, 3)
                .add("v", type, values, 6)
                .write(directory.resolve("a.safetensors"));

        Safetensors read = Safetensors.read(ByteSource.file(file));

        assertThat(read.require("v").vector()).containsExactly(0, 1, -2, 5, 1024, -7);
        Matrix matrix = Matrix.of(read.require("w").expect(2, 3));
        assertThat(matrix.get(1, 0)).isEqualTo(5);
        assertThat(matrix.gather(new int[] {0, 2}).get(1, 1)).isEqualTo(-7);
    }

    @Test
    void shouldReadTheSameFromMemoryWhenTheFileComesFromAJar() throws IOException {
        Path file = new SafetensorsWriter()
                .add("w", TensorType.BF16, new float[] {1.5f, -0.25f}, 2)
                .write(directory.resolve("a.safetensors"));
        ByteSource memory = ByteSource.memory("a", Files.readAllBytes(file));

        assertThat(Safetensors.read(memory).require("w").vector()).containsExactly(1.5, -0.25);
        assertThat(memory.sha256()).isEqualTo(ByteSource.file(file).sha256()).hasSize(64);
    }

    @Test
    void shouldDecodeEveryHalfWhenComparedWithTheDefinition() {
        for (int bits = 0; bits < 0x10000; bits++) {
            double sign = bits < 0x8000 ? 1 : -1;
            int exponent = bits >> 10 & 31;
            double fraction = (bits & 1023) / 1024.0;
            float value = TensorType.half((short) bits);
            if (exponent == 31) {
                assertThat(Float.isFinite(value)).isFalse();
            } else {
                double expected = exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * Math.scalb(1.0, exponent - 15);
                assertThat((double) value).isEqualTo(sign * expected);
                assertThat(Halves.toF16(value)).isEqualTo((short) bits);
            }
        }
    }

    static Stream<Arguments> hostile() {
        String one = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        return Stream.of(
                Arguments.of("too short", new byte[7], "too short for a header"),
                Arguments.of("huge header", prefix(100_000_001L, 64), "claims 100000001 bytes"),
                Arguments.of("negative header", prefix(-1L, 64), "claims 18446744073709551615 bytes"),
                Arguments.of("header beyond the file", prefix(1000, 64), "does not fit"),
                Arguments.of("not an object", SafetensorsWriter.raw("[1]", 0), "not a JSON object"),
                Arguments.of("not JSON", SafetensorsWriter.raw("{\"a\":", 0), "not sound JSON"),
                Arguments.of("truncated", SafetensorsWriter.raw(one, 7), "truncated"),
                Arguments.of("trailing", SafetensorsWriter.raw(one, 9), "1 bytes after the last tensor"),
                Arguments.of("two of a name", SafetensorsWriter.raw("{\"a\":1,\"a\":2}", 0), "Duplicate"),
                Arguments.of("unknown dtype", SafetensorsWriter.raw(one.replace("F32", "F8_E4M3"), 8), "has dtype"),
                Arguments.of(
                        "length and shape differ",
                        SafetensorsWriter.raw(one.replace("[2]", "[3]"), 8),
                        "which is not F32[3]"),
                Arguments.of(
                        "negative size", SafetensorsWriter.raw(one.replace("[2]", "[-2]"), 8), "where a size belongs"),
                Arguments.of("fraction", SafetensorsWriter.raw(one.replace("[2]", "[2.0]"), 8), "where a size belongs"),
                Arguments.of(
                        "overflowing shape",
                        SafetensorsWriter.raw(one.replace("[2]", "[4294967296,4294967296]"), 8),
                        "more elements"),
                Arguments.of(
                        "reversed offsets", SafetensorsWriter.raw(one.replace("[0,8]", "[8,0]"), 8), "spans bytes"),
                Arguments.of(
                        "no offsets",
                        SafetensorsWriter.raw(one.replace(",\"data_offsets\":[0,8]", ""), 8),
                        "data_offsets"),
                Arguments.of("overlap", SafetensorsWriter.raw(two(0, 8, 4, 12), 12), "overlapping"),
                Arguments.of("hole", SafetensorsWriter.raw(two(0, 8, 12, 20), 20), "hole"),
                Arguments.of("same bytes twice", SafetensorsWriter.raw(two(0, 8, 0, 8), 8), "overlapping"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void shouldRefuseWithTheReasonWhenHostile(String name, byte[] bytes, String reason) throws IOException {
        Path file = Files.write(directory.resolve("hostile.safetensors"), bytes);

        assertThatThrownBy(() -> Safetensors.read(ByteSource.file(file)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("hostile.safetensors")
                .hasMessageContaining(reason)
                .hasMessageContaining("download or export it again");
    }

    @Test
    void shouldRefuseOrReadWithinBoundsWhenAnyByteOfTheHeaderIsChanged() throws IOException {
        Path file = new SafetensorsWriter()
                .add("w", TensorType.F32, new float[] {1, 2, 3, 4}, 2, 2)
                .add("b", TensorType.F16, new float[] {1, 2}, 2)
                .write(directory.resolve("a.safetensors"));
        byte[] sound = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < sound.length - 20; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = Arrays.copyOf(sound, sound.length);
                changed[i] ^= (byte) (1 << bit);
                try {
                    Safetensors read = Safetensors.read(ByteSource.memory("changed", changed));
                    read.tensors()
                            .values()
                            .forEach(tensor -> assertThat(tensor.offset()
                                            + tensor.elements() * tensor.type().bytes())
                                    .isLessThanOrEqualTo(changed.length));
                } catch (WeightsException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(sound.length);
    }

    private static byte[] prefix(long header, int bytes) {
        return ByteBuffer.allocate(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header)
                .array();
    }

    private static String two(int from, int to, int from2, int to2) {
        return ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}")
                .formatted(from, to, from2, to2);
    }
}
