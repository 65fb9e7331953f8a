package io.seismo.weights.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Matrix;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {

    private static final Path GOLDEN = Path.of("src/test/resources/families/torch");

    @TempDir
    Path directory;

    private static TorchFile read(Path file) {
        return TorchFile.read(ByteSource.file(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"transposed", "offset", "half", "bfloat", "double", "module.weight"})
    void shouldGiveTheSameMatrixWhenPyTorchWroteViewsAndHalves(String name) {
        Tensor own = read(GOLDEN.resolve("mixed.pt")).require(name);
        Tensor expected = Safetensors.read(ByteSource.file(GOLDEN.resolve("expected.safetensors")))
                .require(name);

        Matrix matrix = Matrix.of(own);
        Matrix back = Matrix.of(own.transposed());
        Matrix wanted = Matrix.of(expected);
        assertThat(own.shape()).isEqualTo(expected.shape());
        for (int r = 0; r < matrix.rows(); r++) {
            for (int c = 0; c < matrix.columns(); c++) {
                assertThat(matrix.get(r, c)).isEqualTo(wanted.get(r, c));
                assertThat(back.get(c, r)).isEqualTo(wanted.get(r, c));
            }
        }
    }

    @Test
    void shouldReadValuesBesideTensorsWhenPyTorchNestsThem() {
        TorchFile file = read(GOLDEN.resolve("mixed.pt"));

        assertThat(file.require("every_other").vector()).containsExactly(0, 2, 4, 6, 8);
        assertThat(file.require("long").vector()).containsExactly(0, 1, 2);
        assertThat(file.require("scalar").single()).isEqualTo(7);
        assertThat(file.metadata("cfg.k")).isEqualTo("5");
        assertThat(file.metadata("cfg.activation")).isEqualTo("TopK");
        assertThat(file.metadata("cfg.nested.x")).isEqualTo("0.5");
        assertThat(file.metadata("cfg.nested.none")).isEmpty();
        assertThat(file.find("flags")).isEmpty();
        assertThat(read(GOLDEN.resolve("newest-protocol.pt")).require("w").shape())
                .containsExactly(6L, 4L);
    }

    @ParameterizedTest
    @CsvSource({"whole-module.pt, instruction 0x81", "legacy.pt, before 1.6"})
    void shouldRefuseWithTheReasonWhenPyTorchWroteMoreThanTensors(String file, String reason) {
        assertThatThrownBy(() -> read(GOLDEN.resolve(file)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(file)
                .hasMessageContaining(reason)
                .hasMessageContaining("state_dict");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cos\\nsystem\\n(X\\x04\\0\\0\\0trueR. | lacks a list or tuple",
                "cos\\nsystem\\n(X\\x04\\0\\0\\0truetR. | wants to call os.system",
                "cbuiltins\\neval\\n(X\\x01\\0\\0\\01tR. | wants to call builtins.eval",
                "cbuiltins\\neval\\n)\\x81. | instruction 0x81",
                "(cos\\nsystem\\no. | instruction 0x6f",
                "(ios\\nsystem\\n. | instruction 0x69",
                "cos\\nsystem\\n}b. | sets the state of an object",
                "\\x82\\x01. | instruction 0x82",
                "}(]K\\x01u. | a key is neither",
                "X\\xff\\xff\\xff\\xff. | claims a text of 4294967295",
                "\\x8a\\xff. | cut off",
                "h\\x07. | never stored",
                ". | runs empty",
                "} | ends without",
                "ccollections\\nOrderedDict\\n((K\\x01K\\x02ltR. | made from arguments",
                "ctorch._utils\\n_rebuild_tensor_v2\\n)R. | lacks arguments",
                "K\\x01Q. | not a storage",
            })
    void shouldRefuseAndRunNothingWhenThePickleIsHostile(String pickle, String reason) throws IOException {
        Path file = new TorchWriter().write(directory.resolve("hostile.pt"), bytes(pickle));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("hostile.pt")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({"3, 4, 4", "1, 1000000000, 1", "5, 1, 1", "2, 2, 4"})
    void shouldRefuseWhenATensorReachesOutsideItsStorage(int rows, int columns, int stride) throws IOException {
        String pickle =
                "}(X\\x01\\0\\0\\0wctorch._utils\\n_rebuild_tensor_v2\\n((X\\x07\\0\\0\\0storagectorch\\nFloatStorage\\n"
                        + "X\\x01\\0\\0\\00X\\x03\\0\\0\\0cpuK\\x04tQK\\0(" + number(rows) + number(columns) + "t("
                        + number(stride)
                        + "K\\x00t\\x89)tRu.";
        Path file = new TorchWriter()
                .add("w", TensorType.F32, new float[4], 4)
                .write(directory.resolve("outside.pt"), bytes(pickle));

        assertThatThrownBy(() -> read(file)).hasMessageContaining("reaches outside its storage of 4");
    }

    @Test
    void shouldRefuseWithinBoundsWhenDictionariesAreSharedToExplode() throws IOException {
        StringBuilder pickle = new StringBuilder("}q\\x00");
        for (int level = 1; level < 8; level++) {
            pickle.append("}(");
            for (int i = 0; i < 40; i++) {
                pickle.append("K").append(hex(i)).append("h").append(hex(level - 1));
            }
            pickle.append("uq").append(hex(level));
        }
        Path file = new TorchWriter().write(directory.resolve("laughs.pt"), bytes(pickle + "."));

        assertThatThrownBy(() -> read(file)).hasMessageContaining("nested too deeply or holds more than 100000");
    }

    @Test
    void shouldRefuseWhenADictionaryHoldsItself() throws IOException {
        Path file = new TorchWriter().write(directory.resolve("self.pt"), bytes("}q\\x00K\\x01h\\x00s."));

        assertThatThrownBy(() -> read(file)).hasMessageContaining("nested too deeply");
    }

    @Test
    void shouldRefuseWhenMembersAreCompressedOrMissing() throws IOException {
        Path packed = directory.resolve("packed.pt");
        Files.write(packed, ZipWriter.zip(Map.of("a/data.pkl", bytes("}.")), true));
        assertThatThrownBy(() -> read(packed)).hasMessageContaining("compressed");

        Path none = directory.resolve("none.pt");
        Files.write(none, ZipWriter.zip(Map.of("a/other", new byte[1]), false));
        assertThatThrownBy(() -> read(none)).hasMessageContaining("holds no data.pkl");
    }

    @Test
    void shouldRefuseOrReadWithinBoundsWhenAnyBitOfThePickleIsChanged() throws IOException {
        byte[] sound = Files.readAllBytes(new TorchWriter()
                .add("w", TensorType.F32, new float[] {1, 2, 3, 4}, 2, 2)
                .addTransposed("t", TensorType.F16, new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .value("activation", "TopK")
                .write(directory.resolve("a.pt")));
        int refused = 0;
        for (int at = 0; at < sound.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = Arrays.copyOf(sound, sound.length);
                changed[at] ^= (byte) (1 << bit);
                try {
                    TorchFile file = TorchFile.read(ByteSource.memory("changed.pt", changed));
                    file.tensors().values().stream()
                            .filter(tensor -> tensor.shape().size() == 2 && tensor.elements() > 0)
                            .forEach(Matrix::of);
                } catch (WeightsException e) {
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(sound.length);
    }

    private static String number(int value) {
        return "J" + hex(value) + hex(value >> 8) + hex(value >> 16) + hex(value >> 24);
    }

    private static String hex(int value) {
        return "\\x%02x".formatted(value & 0xff);
    }

    /** Text with {@code \n}, {@code \0} and {@code \xhh}. */
    private static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < ascii.length; i++) {
            if (ascii[i] != '\\') {
                out.write(ascii[i]);
            } else if (ascii[i + 1] == 'x') {
                out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                out.write(ascii[++i] == 'n' ? '\n' : 0);
            }
        }
        return out.toByteArray();
    }
}
