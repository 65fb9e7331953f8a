package io.seismo.weights.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.Matrix;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** npy and npz files, sound and hostile. */
class ArrayFileTest {

    private static final String GOOD = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    @TempDir
    Path directory;

    private static byte[] npy(String dictionary, int dataBytes) {
        byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer out = ByteBuffer.allocate(10 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text);
        for (int i = 0; i + 4 <= dataBytes; i += 4) {
            out.putFloat(i / 4);
        }
        return out.array();
    }

    private Tensor read(byte[] bytes) throws IOException {
        return ArrayFile.open(Files.write(directory.resolve("x.npy"), bytes)).require("");
    }

    @Test
    void shouldReadAnArrayWhenSound() throws IOException {
        Tensor tensor = read(npy(GOOD, 24));

        assertThat(tensor.shape()).containsExactly(2L, 3L);
        assertThat(Matrix.of(tensor).get(1, 2)).isEqualTo(5);
    }

    @Test
    void shouldReadWhatIsWrittenWhenPaddedTo64Bytes() throws IOException {
        byte[] header = NpyHeader.bytes("<f4", 3);
        Tensor tensor = read(ByteBuffer.allocate(header.length + 12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(header)
                .putFloat(7)
                .putFloat(8)
                .putFloat(9)
                .array());

        assertThat(header.length % 64).isZero();
        assertThat(tensor.vector()).containsExactly(7, 8, 9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), } ; Python objects",
                "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), } ; Fortran order",
                "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), } ; newbyteorder",
                "{'descr': '<V2', 'fortran_order': False, 'shape': (2, 3), } ; bfloat16",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), } ; several fields",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), } ; cut off",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), } ; save it again",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999999999, 9999), } ; more than a file",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,), } ; other than a size",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), } ; other than a size",
                "{'descr': '<f4', 'fortran_order': 1, 'shape': (2, 3), } ; neither True nor False",
                "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,), } ; there twice",
                "{'descr': '<f4', 'shape': (2, 3), } ; missing",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'x': 1} ; unknown",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } + exit() ; follows",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, ; does not end",
                "[] ; was expected",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,2,3)} ; dimensions"
            })
    void shouldRefuseAHeaderAndSayWhy(String dictionary, String reason) {
        assertThatThrownBy(() -> read(npy(dictionary, 24)))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining("x.npy")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 9, 11, 40})
    void shouldRefuseAFileWhenCutShort(int bytes) {
        assertThatThrownBy(() -> read(Arrays.copyOf(npy(GOOD, 24), bytes))).isInstanceOf(WeightsException.class);
    }

    @Test
    void shouldRefuseAHeaderLengthBeyondTheBoundWithoutAllocatingIt() {
        byte[] huge = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, 0x7f, '{', '}'};

        assertThatThrownBy(() -> read(huge)).hasMessageContaining("claims 2147483647 bytes");
    }

    @Test
    void shouldReadStoredAndDeflatedEntriesWhenSound() throws IOException {
        Path file = directory.resolve("x.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            stored(zip, "a.npy", npy(GOOD, 24));
            zip.putNextEntry(new ZipEntry("b.npy"));
            zip.write(npy(GOOD, 24));
        }
        ArrayFile read = ArrayFile.open(file);

        assertThat(read.names()).containsExactly("a", "b");
        assertThat(Matrix.of(read.require("a")).get(1, 1)).isEqualTo(4);
        assertThat(Matrix.of(read.require("b")).get(1, 1)).isEqualTo(4);
        assertThatThrownBy(() -> read.require("c")).hasMessageContaining("[a, b]");
    }

    @Test
    void shouldReadWhatTheWriterWrites() throws IOException {
        Path file = directory.resolve("x.npz");
        byte[] floats = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-2)
                .array();
        try (NpzWriter writer = new NpzWriter(file)) {
            writer.longs("n", 3, -4);
            writer.stream("v", "<f4", new ByteArrayInputStream(floats), 2);
        }

        assertThat(ArrayFile.open(file).require("n").vector()).containsExactly(3, -4);
        assertThat(ArrayFile.open(file).require("v").vector()).containsExactly(1.5, -2);
    }

    @Test
    void shouldRefuseADeflatedEntryWhenItsHeaderOrSizeIsALie() throws IOException {
        Path bomb = directory.resolve("bomb.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            zip.write(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (67108864,), }", 0));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 257; i++) {
                zip.write(zeros);
            }
        }
        assertThatThrownBy(() -> ArrayFile.open(bomb).require("a")).hasMessageContaining("would unpack to");

        byte[] bytes = zip(npy(GOOD, 24));
        int directoryAt = find(bytes, 0x02014b50);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directoryAt + 24, 200_000_000);
        Path lie = Files.write(directory.resolve("lie.npz"), bytes);
        assertThatThrownBy(() -> ArrayFile.open(lie).require("a")).hasMessageContaining("does not unpack");
    }

    @Test
    void shouldRefuseAnArchiveWhenCutPointedOutsideOrDamaged() throws IOException {
        byte[] sound = zip(npy(GOOD, 24));
        refused(Arrays.copyOf(sound, sound.length - 1), "may be truncated");
        int central = find(sound, 0x02014b50);
        refused(patched(sound, central + 42, 1 << 20), "lies outside");
        refused(patched(sound, central + 20, 1 << 20), "does not fit");
        refused(patched(sound, central + 16, 12345), "does not unpack");
        refused(patched(sound, find(sound, 0x06054b50) + 16, 1 << 30), "does not fit");
        assertThat(ArrayFile.open(Files.write(directory.resolve("s.npz"), sound))
                        .require("a")
                        .elements())
                .isEqualTo(6);
    }

    private void refused(byte[] bytes, String reason) throws IOException {
        Path file = Files.write(directory.resolve("r.npz"), bytes);
        assertThatThrownBy(() -> ArrayFile.open(file).require("a"))
                .isInstanceOf(WeightsException.class)
                .hasMessageContaining(reason);
    }

    private byte[] zip(byte[] content) throws IOException {
        Path file = directory.resolve("z.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            zip.write(content);
        }
        return Files.readAllBytes(file);
    }

    private static byte[] patched(byte[] bytes, int at, int value) {
        byte[] copy = bytes.clone();
        ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return copy;
    }

    private static int find(byte[] bytes, int signature) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (buffer.getInt(at) != signature) {
            at++;
        }
        return at;
    }

    private static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
