package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.Matrix;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders whose runtime maps W from a file: the same law as the others, and bits that no batch changes. */
class MappedEncoderTest {

    private static final int D_IN = 64;
    private static final int ROWS = 40;

    @TempDir
    Path directory;

    private EncoderWeights weights;
    private final Rows rows = Rows.random(Dtype.DTYPE_F32, ROWS, D_IN, 9);

    @BeforeEach
    void load() throws IOException {
        Path sae = new RandomSae("jumprelu", TensorType.F32, D_IN, 384, 5).write(directory.resolve("sae"));
        weights = WeightLoader.load(sae.toString());
        assertThat(weights.matrix().place()).isPresent();
    }

    private List<List<String>> fired(Packing packing, int step) {
        List<List<String>> fired = new ArrayList<>();
        SparseRows sparse = new SparseRows();
        try (Encoder encoder = OnnxEncoders.open(weights, List.of(1), true, Dtype.DTYPE_F32, packing)) {
            for (int from = 0; from < ROWS; from += step) {
                int count = Math.min(step, ROWS - from);
                BitSet all = new BitSet();
                all.set(0, count);
                encoder.full(rows.slice(from, from + count), all, sparse);
                for (int r = 0; r < count; r++) {
                    List<String> row = new ArrayList<>();
                    for (int e = sparse.start(r); e < sparse.end(r); e++) {
                        row.add(sparse.feature(e) + "=" + Float.floatToRawIntBits(sparse.value(e)));
                    }
                    fired.add(row);
                }
            }
        }
        return fired;
    }

    @Test
    void shouldGiveTheSameBitsWhenRowsComeInOtherBatches() {
        for (Packing packing : Packing.values()) {
            List<List<String>> whole = fired(packing, ROWS);
            assertThat(whole).anySatisfy(row -> assertThat(row).isNotEmpty());
            for (int step : new int[] {1, 2, 3, 7, 16, 39}) {
                assertThat(fired(packing, step)).as("%s by %s", packing, step).isEqualTo(whole);
            }
        }
    }

    @Test
    void shouldTellPackedFromMappedByTheFingerprint() {
        try (Encoder packed = OnnxEncoders.open(weights, List.of(1), true, Dtype.DTYPE_F32, Packing.PACKED);
                Encoder mapped = OnnxEncoders.open(weights, List.of(1), true, Dtype.DTYPE_F32, Packing.MAPPED)) {
            assertThat(mapped.fingerprint()).isNotEqualTo(packed.fingerprint());
            assertThat(mapped.weights()).isEqualTo(packed.weights());
        }
        assertThat(Packing.of(weights.matrix())).isEqualTo(Packing.PACKED);
        assertThat(Packing.of(1L << 30)).isEqualTo(Packing.MAPPED);
    }

    @Test
    void shouldOpenWhenALinkLeadsToTheWeights() throws IOException {
        Path linked = Files.createDirectory(directory.resolve("linked"));
        for (String name : new String[] {"cfg.json", "sae_weights.safetensors"}) {
            Files.createSymbolicLink(
                    linked.resolve(name), directory.resolve("sae").resolve(name));
        }
        EncoderWeights through = WeightLoader.load(linked.toString());
        try (Encoder encoder = OnnxEncoders.open(through, List.of(), true, Dtype.DTYPE_F32)) {
            assertThat(encoder.width()).isEqualTo(384);
        }
    }

    @Test
    void shouldGiveTheSameBitsWhenTheGraphIsOpenedByItself() throws Exception {
        Matrix.Place place = weights.matrix().place().orElseThrow();
        Path graph = place.file().resolveSibling("full.onnx");
        Files.write(graph, OnnxEncoders.graph(weights));
        OrtEnvironment environment = OnnxRuntime.get().environment();
        float[][] pre;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(graph.toString(), options);
                    OnnxTensor x = OnnxTensor.createTensor(environment, rows.values());
                    OrtSession.Result result = session.run(Map.of("x", x))) {
                pre = (float[][]) result.get("pre").orElseThrow().getValue();
                assertThat(result.get("fired")).isPresent();
            }
        }
        float[] ours = new float[384];
        try (OnnxPreActivations own = OnnxEncoders.preActivations(weights, Dtype.DTYPE_F32)) {
            for (int r = 0; r < ROWS; r++) {
                own.row(rows.block(), r, ours);
                assertThat(pre[r]).isEqualTo(ours);
            }
        }
    }
}
