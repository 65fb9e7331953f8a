package io.seismo.app.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.spec.TapSpec;
import io.seismo.weights.WeightsException;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exports of one pass of a small Llama, taken both ways by {@code make_ingest_goldens.py}: the hidden states the model gives,
 * and hooks on its blocks.
 */
class ExportTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "ingest");
    private static final Path STACKED = GOLDEN.resolve("stacked.safetensors");
    private static final Path NUMBERED = GOLDEN.resolve("numbered.safetensors");
    private static final Path HOOKS = GOLDEN.resolve("hooks.safetensors");
    private static final Layout TRANSFORMERS = new Layout(Layout.Tool.TRANSFORMERS, 0);
    private static final Layout LENS = new Layout(Layout.Tool.TRANSFORMER_LENS, 0);
    private static final Layout ROWS = new Layout(Layout.Tool.ROWS, 0);

    @TempDir
    private Path dir;

    static TapSpec tap(String hook) {
        return tap(hook, 8, Dtype.DTYPE_BF16);
    }

    static TapSpec tap(String hook, int dIn, Dtype dtype) {
        return new TapSpec("activations", hook, dIn, dtype, List.of(), null);
    }

    private static byte[] rows(Path file, Layout layout, String hook, int sequence) {
        Export export = Export.open(file, layout, List.of(tap(hook)));
        return export.bytes(tap(hook), sequence, 0, export.rows(sequence));
    }

    @ParameterizedTest
    @CsvSource({"blocks.0.resid_pre", "blocks.0.resid_post", "blocks.1.resid_post", "blocks.2.resid_pre"})
    void shouldFindTheSameRowsBothWaysAndNoneOfTheLayersBeside(String hook) {
        byte[] hooked = rows(HOOKS, LENS, hook, 0);
        assertThat(hooked).hasSize(5 * 8 * 2);
        assertThat(rows(STACKED, TRANSFORMERS, hook, 0)).isEqualTo(hooked);
        assertThat(rows(NUMBERED, TRANSFORMERS, hook, 0)).isEqualTo(hooked);
        int same = 0;
        for (String other : List.of("blocks.0.resid_pre", "blocks.0.resid_post", "blocks.1.resid_post")) {
            same += Arrays.equals(rows(STACKED, TRANSFORMERS, other, 0), hooked) ? 1 : 0;
        }
        assertThat(same)
                .as("block 2 begins where block 1 ends; nothing else is equal")
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseTheLastHiddenStateWhichIsNoBlocksOutput() {
        String last = "blocks.2.resid_post";
        assertThat(rows(HOOKS, LENS, last, 0)).hasSize(80);
        for (Path file : List.of(STACKED, NUMBERED)) {
            assertThatThrownBy(() -> rows(file, TRANSFORMERS, last, 0))
                    .isInstanceOf(WeightsException.class)
                    .hasMessageContaining("final norm");
        }
        assertThatThrownBy(() -> rows(STACKED, new Layout(Layout.Tool.TRANSFORMERS, 4), last, 0))
                .hasMessageContaining("4 hidden states, but a model of 4 blocks has 5");
        assertThat(rows(NUMBERED, new Layout(Layout.Tool.TRANSFORMERS, 9), last, 0))
                .as("told that the model goes on, the highest is a block's output")
                .hasSize(80);
    }

    @Test
    void shouldLeavePaddingOutWhereThereIsAMask() {
        Export export = Export.open(STACKED, TRANSFORMERS, List.of(tap("blocks.1.resid_post")));
        assertThat(export.sequences()).isEqualTo(2);
        assertThat(List.of(export.rows(0), export.rows(1))).containsExactly(5, 3);
        byte[] padded = rows(HOOKS, LENS, "blocks.1.resid_post", 1);
        assertThat(padded).as("no mask, no padding").hasSize(80);
        assertThat(rows(STACKED, TRANSFORMERS, "blocks.1.resid_post", 1))
                .isEqualTo(Arrays.copyOfRange(padded, 2 * 16, 80));
        assertThat(export.bytes(tap("blocks.1.resid_post"), 1, 1, 2)).isEqualTo(Arrays.copyOfRange(padded, 3 * 16, 80));
    }

    @ParameterizedTest
    @CsvSource({
        "blocks.1.mlp_out,not among them",
        "blocks.9.resid_post,not among",
        "elsewhere,not of the form",
    })
    void shouldRefuseHooksThatHiddenStatesDoNotHold(String hook, String word) {
        assertThatThrownBy(() -> rows(STACKED, TRANSFORMERS, hook, 0)).hasMessageContaining(word);
        assertThatThrownBy(() -> rows(HOOKS, LENS, hook, 0)).isInstanceOf(WeightsException.class);
    }

    @Test
    void shouldRefuseAnotherWidthOrDtype() {
        assertThatThrownBy(() ->
                        Export.open(STACKED, TRANSFORMERS, List.of(tap("blocks.0.resid_post", 16, Dtype.DTYPE_BF16))))
                .hasMessageContaining("8 wide, the spec says 16");
        assertThatThrownBy(() ->
                        Export.open(STACKED, TRANSFORMERS, List.of(tap("blocks.0.resid_post", 8, Dtype.DTYPE_F16))))
                .hasMessageContaining("DTYPE_BF16, the spec says DTYPE_F16");
    }

    @Test
    void shouldRefuseAFileThatWasCutOff() throws IOException {
        byte[] whole = Files.readAllBytes(STACKED);
        for (int length : new int[] {0, 4, 40, whole.length / 2, whole.length - 1}) {
            Path cut = dir.resolve("cut.safetensors");
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> rows(cut, TRANSFORMERS, "blocks.0.resid_post", 0))
                    .isInstanceOf(WeightsException.class);
        }
    }

    @Test
    void shouldRefuseValuesThatAreNotFinite() throws IOException {
        byte[] whole = Files.readAllBytes(HOOKS);
        whole[whole.length - 1] = 0x7f;
        whole[whole.length - 2] = (byte) 0x80;
        Path broken = dir.resolve("broken.safetensors");
        Files.write(broken, whole);
        assertThatThrownBy(() -> {
                    for (int block = 0; block < 3; block++) {
                        rows(broken, LENS, "blocks." + block + ".resid_pre", 0);
                        rows(broken, LENS, "blocks." + block + ".resid_post", 0);
                    }
                })
                .hasMessageContaining("not finite");
    }

    private static final Path VLLM = GOLDEN.resolve("vllm.safetensors");
    private static final Layout FOUR = new Layout(Layout.Tool.VLLM, 0, List.of(0, 1, 2, 3));

    @ParameterizedTest
    @CsvSource({"blocks.0.resid_pre", "blocks.0.resid_post", "blocks.1.resid_post", "blocks.2.resid_post"})
    void shouldReadVllmsLayersTokenFirstAndTheLastOneWithoutTheNorm(String hook) {
        assertThat(rows(VLLM, FOUR, hook, 0)).isEqualTo(rows(HOOKS, LENS, hook, 0));
        Layout shifted = new Layout(Layout.Tool.VLLM, 0, List.of(3, 0, 1, 2));
        assertThat(rows(VLLM, shifted, hook, 0)).isNotEqualTo(rows(HOOKS, LENS, hook, 0));
    }

    @Test
    void shouldRefuseLayersThatVllmWasNotToldToExtract() {
        assertThatThrownBy(() -> rows(VLLM, new Layout(Layout.Tool.VLLM, 0, List.of(0, 1)), "blocks.0.resid_post", 0))
                .hasMessageContaining("is not [tokens, 2 layers, d]");
        assertThatThrownBy(() -> rows(VLLM, FOUR, "blocks.7.resid_post", 0)).hasMessageContaining("layer 8 of vLLM");
        assertThatThrownBy(() -> rows(GOLDEN.resolve("vllm-short.safetensors"), FOUR, "blocks.0.resid_post", 0))
                .hasMessageContaining("5 rows for 7 tokens");
        assertThat(rows(GOLDEN.resolve("vllm-sampled.safetensors"), FOUR, "blocks.0.resid_post", 0))
                .as("the last token that was sampled has no state")
                .hasSize(80);
    }

    @Test
    void shouldWaitForTheWriter() throws IOException, InterruptedException {
        Path file = Files.copy(VLLM, dir.resolve("r-1.safetensors"));
        Path lock = Files.createFile(dir.resolve("r-1.safetensors.lock"));
        WriterLock.requireReleased(file);
        Process writer = new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo locked; read done").start();
        try {
            assertThat(writer.inputReader().readLine()).isEqualTo("locked");
            assertThatThrownBy(() -> WriterLock.requireReleased(file)).hasMessageContaining("being written");
        } finally {
            writer.outputWriter().close();
            writer.waitFor();
        }
        WriterLock.requireReleased(file);
    }

    static Path npy(Path file, String descr, int... shape) throws IOException {
        int elements = 1;
        StringBuilder sizes = new StringBuilder();
        for (int size : shape) {
            elements *= size;
            sizes.append(size).append(", ");
        }
        String head = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
        head = head + " ".repeat(63 - (10 + head.length()) % 64) + "\n";
        ByteBuffer out = ByteBuffer.allocate(10 + head.length() + 4 * elements).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        out.putShort((short) head.length()).put(head.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < elements; i++) {
            out.putFloat(i);
        }
        return Files.write(file, out.array());
    }

    @Test
    void shouldReadPlainRows() throws IOException {
        TapSpec tap = tap("any.name", 4, Dtype.DTYPE_F32);
        Export export = Export.open(npy(dir.resolve("a.npy"), "<f4", 2, 3, 4), ROWS, List.of(tap));
        assertThat(export.sequences()).isEqualTo(2);
        ByteBuffer second = ByteBuffer.wrap(export.bytes(tap, 1, 0, 3)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(second.getFloat(0)).isEqualTo(12);
        assertThat(second.getFloat(44)).isEqualTo(23);
    }

    @ParameterizedTest
    @ValueSource(strings = {"|O", ">f4", "<i4"})
    void shouldNeverUnpickleNorGuess(String descr) throws IOException {
        Path file = npy(dir.resolve("b.npy"), descr, 3, 4);
        assertThatThrownBy(() -> Export.open(file, ROWS, List.of(tap("x", 4, Dtype.DTYPE_F32))))
                .isInstanceOf(WeightsException.class);
    }

    @Test
    void shouldNotTakeAnArrayThatSaysItIsAnother() {
        assertThatThrownBy(() -> rows(HOOKS, ROWS, "elsewhere", 0)).isInstanceOf(WeightsException.class);
        assertThatThrownBy(() -> ROWS.find("blocks.1.resid_post", Set.of("blocks.2.resid_post"), 0))
                .hasMessageContaining("holds no blocks.1.resid_post");
        assertThat(ROWS.find("blocks.1.resid_post", Set.of("activations"), 0).tensor())
                .isEqualTo("activations");
    }

    @Test
    void shouldFollowNoLinkOutOfADirectory() throws IOException {
        Path outside = npy(dir.resolve("secret.npy"), "<f4", 1, 4);
        Path inside = Files.createDirectory(dir.resolve("exports"));
        npy(inside.resolve("own.npy"), "<f4", 1, 4);
        Files.createSymbolicLink(inside.resolve("link.npy"), outside);
        Files.createDirectory(inside.resolve("dir.npy"));
        Files.writeString(inside.resolve("notes.txt"), "x");
        ExportFiles files = ExportFiles.of(List.of(inside), ".npy");
        assertThat(files.found()).containsExactly(inside.resolve("own.npy"));
        assertThat(files.refused())
                .containsOnlyKeys(
                        inside.resolve("link.npy").toString(),
                        inside.resolve("dir.npy").toString());
    }
}
