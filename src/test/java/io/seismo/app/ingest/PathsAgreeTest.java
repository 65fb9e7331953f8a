package io.seismo.app.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.TapSpec;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One pass of a small Llama by every path, from {@code make_ingest_goldens.py}: what the client's {@code attach} sent, and the
 * files of transformers, TransformerLens, numpy and vLLM as ingest reads them. All are equal bit for bit in their dtype, and a
 * layer beside never is.
 */
class PathsAgreeTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "ingest");
    private static final List<String> HOOKS =
            List.of("blocks.0.resid_pre", "blocks.0.resid_post", "blocks.1.resid_post", "blocks.2.resid_post");
    private static final int D = 8;
    private static final int[] PADDED = {0, 2};

    @ParameterizedTest
    @CsvSource({
        "stacked.safetensors,TRANSFORMERS",
        "numbered.safetensors,TRANSFORMERS",
        "hooks.safetensors,TRANSFORMER_LENS",
        "vllm.safetensors,VLLM",
        "stacked-f32.safetensors,TRANSFORMERS"
    })
    void shouldReadFromFilesWhatAttachSent(String name, Layout.Tool tool) throws IOException {
        boolean wide = name.contains("f32");
        Map<String, byte[]> attached = attached(wide ? "attach-f32.bin" : "attach.bin");
        Layout layout = new Layout(tool, 0, tool == Layout.Tool.VLLM ? List.of(0, 1, 2, 3) : List.of());
        int compared = 0;
        for (String hook : HOOKS) {
            // transformers has no output of the last block: its last hidden state has passed the norm.
            if (tool == Layout.Tool.TRANSFORMERS && hook.equals("blocks.2.resid_post")) {
                continue;
            }
            TapSpec tap = ExportTest.tap(hook, D, wide ? Dtype.DTYPE_F32 : Dtype.DTYPE_BF16);
            Export export = Export.open(GOLDEN.resolve(name), layout, List.of(tap));
            for (int sequence = 0; sequence < export.sequences(); sequence++) {
                byte[] found = unpadded(export, tap, sequence);
                assertThat(found)
                        .as("%s of sequence %d in %s", hook, sequence, name)
                        .isEqualTo(attached.get(hook + "/" + sequence));
                assertDiffersFromOtherLayers(attached, hook, sequence, found);
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(4);
    }

    /** TransformerLens exports padding too; {@code attach} never sends it. */
    private static byte[] unpadded(Export export, TapSpec tap, int sequence) {
        byte[] all = export.bytes(tap, sequence, 0, export.rows(sequence));
        boolean padding = export.rows(sequence) == 5 && export.sequences() == 2;
        int row = all.length / export.rows(sequence);
        return padding ? Arrays.copyOfRange(all, PADDED[sequence] * row, all.length) : all;
    }

    private static void assertDiffersFromOtherLayers(
            Map<String, byte[]> attached, String hook, int sequence, byte[] found) {
        for (String other : HOOKS) {
            if (!other.equals(hook)) {
                assertThat(found).as("%s is not %s", hook, other).isNotEqualTo(attached.get(other + "/" + sequence));
            }
        }
    }

    @Test
    void shouldReadFromNumpyWhatAttachSent() throws IOException {
        Map<String, byte[]> attached = attached("attach-f32.bin");
        for (int block = 0; block < 3; block++) {
            TapSpec tap = ExportTest.tap("blocks." + block + ".resid_post", D, Dtype.DTYPE_F32);
            Path file = GOLDEN.resolve("block-" + block + ".npy");
            Export export = Export.open(file, new Layout(Layout.Tool.ROWS, 0), List.of(tap));
            assertThat(export.bytes(tap, 0, 0, export.rows(0))).isEqualTo(attached.get(tap.hook() + "/0"));
            assertDiffersFromOtherLayers(attached, tap.hook(), 0, export.bytes(tap, 0, 0, export.rows(0)));
        }
    }

    /** Bytes by hook point and sequence, as the client's frame carries them. */
    private static Map<String, byte[]> attached(String name) throws IOException {
        Frame frame = ActivationRecord.parseFrom(Files.readAllBytes(GOLDEN.resolve(name)))
                .getFrame();
        assertThat(frame.getSegmentsList()).extracting(Segment::getRows).containsExactly(5, 3);
        Map<String, byte[]> rows = new TreeMap<>();
        for (Tensor tensor : frame.getTensorsList()) {
            int width = tensor.getData().size() / tensor.getShape(0);
            int at = 0;
            for (Segment segment : frame.getSegmentsList()) {
                byte[] own = tensor.getData()
                        .substring(at * width, (at + segment.getRows()) * width)
                        .toByteArray();
                rows.put(tensor.getHook() + segment.getRequestId().replace("sequence-", "/"), own);
                at += segment.getRows();
            }
        }
        assertThat(rows).hasSize(2 * HOOKS.size());
        return rows;
    }
}
