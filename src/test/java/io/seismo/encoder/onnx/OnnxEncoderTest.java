package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxEncoderTest {

    private static final int D_IN = 384;
    private static final int D_SAE = 1024;
    private static final List<Integer> WATCHED = List.of(0, 3, 7, 500, 1023);

    @TempDir
    Path directory;

    private Encoder open(String architecture, Dtype dtype) throws IOException {
        Path sae = new RandomSae(architecture, TensorType.F32, D_IN, D_SAE, 11).write(directory.resolve(architecture));
        return OnnxEncoders.open(sae.toString(), WATCHED, true, dtype);
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "jumprelu", "topk"})
    void shouldGiveEqualBitsWhateverTheBatchWhenRowsAreEqual(String architecture) throws IOException {
        Rows rows = Rows.random(Dtype.DTYPE_BF16, 128, D_IN, 5);
        try (Encoder encoder = open(architecture, Dtype.DTYPE_BF16)) {
            List<String> alone = new ArrayList<>();
            for (int r = 0; r < 128; r++) {
                alone.add(row(encoder, rows.slice(r, r + 1), 0));
            }
            for (int batch : new int[] {1, 2, 3, 4, 5, 7, 8, 12, 13, 16, 17, 31, 32, 33, 64, 65, 100, 127, 128}) {
                for (int from : new int[] {0, (128 - batch) / 2, 128 - batch}) {
                    RowBlock block = rows.slice(from, from + batch);
                    List<String> together = rows(encoder, block);
                    assertThat(together).isEqualTo(alone.subList(from, from + batch));
                }
            }
            assertThat(alone).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldCutIntoRunsWithoutATraceWhenACallHasMoreRowsThanARun() throws IOException {
        Rows rows = Rows.random(Dtype.DTYPE_F32, 1100, D_IN, 6);
        try (Encoder encoder = open("jumprelu", Dtype.DTYPE_F32)) {
            List<String> all = rows(encoder, rows.block());
            List<String> halves = new ArrayList<>(rows(encoder, rows.slice(0, 550)));
            halves.addAll(rows(encoder, rows.slice(550, 1100)));
            assertThat(all).isEqualTo(halves).hasSize(1100);
        }
    }

    @Test
    void shouldLeaveOthersEmptyWhenOnlySomeRowsAreChosen() throws IOException {
        Rows rows = Rows.random(Dtype.DTYPE_F16, 700, D_IN, 7);
        BitSet some = new BitSet();
        for (int r = 0; r < 700; r += 3) {
            some.set(r);
        }
        SparseRows all = new SparseRows();
        SparseRows chosen = new SparseRows();
        try (Encoder encoder = open("standard", Dtype.DTYPE_F16)) {
            encoder.full(rows.block(), every(700), all);
            encoder.full(rows.block(), some, chosen);
            assertThat(chosen.rows()).isEqualTo(700);
            for (int r = 0; r < 700; r++) {
                assertThat(text(chosen, r)).isEqualTo(some.get(r) ? text(all, r) : "");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "jumprelu", "topk"})
    void shouldGiveTheValuesOfTheFullGraphWhenWatched(String architecture) throws IOException {
        Rows rows = Rows.random(Dtype.DTYPE_BF16, 64, D_IN, 8);
        float[] watched = new float[3 + 64 * 9];
        SparseRows full = new SparseRows();
        int fired = 0;
        try (Encoder encoder = open(architecture, Dtype.DTYPE_BF16)) {
            encoder.watch(rows.block(), watched, 3, 9);
            encoder.full(rows.block(), every(64), full);
            for (int r = 0; r < 64; r++) {
                for (int c = 0; c < WATCHED.size(); c++) {
                    float value = watched[3 + r * 9 + c];
                    assertThat(value).isCloseTo(value(full, r, WATCHED.get(c)), within());
                    fired += value > 0 ? 1 : 0;
                }
                assertThat(watched[3 + r * 9 + 5]).isZero();
            }
        }
        assertThat(fired).isBetween(1, 64 * WATCHED.size() - 1);
    }

    @Test
    void shouldGiveEqualResultsWhenTwoThreadsShareASession() throws Exception {
        Rows rows = Rows.random(Dtype.DTYPE_BF16, 96, D_IN, 9);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Encoder encoder = open("jumprelu", Dtype.DTYPE_BF16)) {
            List<String> expected = rows(encoder, rows.block());
            CyclicBarrier together = new CyclicBarrier(2);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                results.add(threads.submit(() -> {
                    together.await();
                    boolean same = true;
                    for (int i = 0; i < 100; i++) {
                        int from = i % 48;
                        same &= rows(encoder, rows.slice(from, from + 48)).equals(expected.subList(from, from + 48));
                    }
                    return same;
                }));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldRefuseWhenTheInputOrOutputDoesNotFit() throws IOException {
        Rows bf16 = Rows.random(Dtype.DTYPE_BF16, 4, D_IN, 1);
        float[] out = new float[64];
        Encoder encoder = open("standard", Dtype.DTYPE_BF16);
        RowBlock f16 = Rows.random(Dtype.DTYPE_F16, 4, D_IN, 1).block();
        RowBlock narrow = Rows.random(Dtype.DTYPE_BF16, 4, D_IN - 1, 1).block();
        assertThatThrownBy(() -> encoder.watch(f16, out, 0, 5))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("compare the tap");
        assertThatThrownBy(() -> encoder.watch(narrow, out, 0, 5)).hasMessageContaining("383");
        assertThatThrownBy(() -> encoder.watch(bf16.block(), out, 0, 4)).hasMessageContaining("no room");
        assertThatThrownBy(() -> encoder.watch(bf16.block(), out, 45, 5)).hasMessageContaining("no room");
        encoder.watch(bf16.block(), out, 44, 5);
        encoder.close();
        encoder.close();
        assertThatThrownBy(() -> encoder.watch(bf16.block(), out, 0, 5)).hasMessageContaining("closed");
    }

    @Test
    void shouldRefuseWhenOpenedWithFeaturesThatAreNotThere() throws IOException {
        String sae = new RandomSae("standard", TensorType.F32, 8, 16, 1)
                .write(directory)
                .toString();
        assertThatThrownBy(() -> OnnxEncoders.open(sae, List.of(16), false, Dtype.DTYPE_F32))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("0 to 15");
        assertThatThrownBy(() -> OnnxEncoders.open(sae, List.of(3, 3), false, Dtype.DTYPE_F32))
                .hasMessageContaining("ascend");
        assertThatThrownBy(() -> OnnxEncoders.open(directory + "/none", List.of(), true, Dtype.DTYPE_F32))
                .isInstanceOf(EncoderException.class)
                .hasMessageContaining("no encoder at");
        try (Encoder encoder = OnnxEncoders.open(sae, List.of(1), false, Dtype.DTYPE_F32)) {
            RowBlock rows = Rows.random(Dtype.DTYPE_F32, 1, 8, 1).block();
            assertThatThrownBy(() -> encoder.full(rows, every(1), new SparseRows()))
                    .hasMessageContaining("without its full graph");
        }
    }

    @Test
    void shouldTellApartWhateverChangesTheNumbersWhenFingerprinted() throws IOException {
        Path one = new RandomSae("standard", TensorType.F32, 8, 16, 1).write(directory.resolve("1"));
        Path two = new RandomSae("standard", TensorType.F32, 8, 16, 2).write(directory.resolve("2"));
        Path jump = new RandomSae("jumprelu", TensorType.F32, 8, 16, 1).write(directory.resolve("3"));
        List<String> prints = List.of(
                print(one, List.of(1), true, Dtype.DTYPE_F32),
                print(one, List.of(2), true, Dtype.DTYPE_F32),
                print(one, List.of(1), false, Dtype.DTYPE_F32),
                print(one, List.of(1), true, Dtype.DTYPE_BF16),
                print(two, List.of(1), true, Dtype.DTYPE_F32),
                print(jump, List.of(1), true, Dtype.DTYPE_F32));
        assertThat(prints).doesNotHaveDuplicates().allMatch(print -> print.startsWith("onnxruntime-1."));
        assertThat(print(one, List.of(1), true, Dtype.DTYPE_F32)).isEqualTo(prints.get(0));
    }

    private static String print(Path sae, List<Integer> watched, boolean full, Dtype dtype) {
        try (Encoder encoder = OnnxEncoders.open(sae.toString(), watched, full, dtype)) {
            return encoder.fingerprint();
        }
    }

    private static Offset<Float> within() {
        return Offset.offset(1e-4f);
    }

    private static BitSet every(int rows) {
        BitSet all = new BitSet();
        all.set(0, rows);
        return all;
    }

    private static float value(SparseRows rows, int row, int feature) {
        for (int e = rows.start(row); e < rows.end(row); e++) {
            if (rows.feature(e) == feature) {
                return rows.value(e);
            }
        }
        return 0;
    }

    /** Watched and full results of each row, bit by bit. */
    private static List<String> rows(Encoder encoder, RowBlock block) {
        float[] watched = new float[block.rows() * encoder.watchColumns()];
        SparseRows full = new SparseRows();
        encoder.watch(block, watched, 0, encoder.watchColumns());
        encoder.full(block, every(block.rows()), full);
        List<String> out = new ArrayList<>();
        for (int r = 0; r < block.rows(); r++) {
            StringBuilder text = new StringBuilder();
            for (int c = 0; c < encoder.watchColumns(); c++) {
                text.append(Float.floatToRawIntBits(watched[r * encoder.watchColumns() + c]))
                        .append(' ');
            }
            out.add(text + "| " + text(full, r));
        }
        return out;
    }

    private static String row(Encoder encoder, RowBlock block, int row) {
        return rows(encoder, block).get(row);
    }

    private static String text(SparseRows rows, int row) {
        StringBuilder text = new StringBuilder();
        for (int e = rows.start(row); e < rows.end(row); e++) {
            text.append(rows.feature(e))
                    .append('=')
                    .append(Float.floatToRawIntBits(rows.value(e)))
                    .append(' ');
        }
        return text.toString();
    }
}
