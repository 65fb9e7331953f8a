package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.Explained;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SAELens itself makes of rows, recorded by {@code src/main/python/make_sae_goldens.py}. */
class SaeLensGoldenTest {

    private static final String FOLDER = "src/test/resources/sae/";

    private static String location(String name) {
        return name.equals("demo") ? "demo/sae" : FOLDER + name;
    }

    private static JsonNode golden(String name) throws IOException {
        return new JsonMapper().readTree(Path.of(FOLDER, name, "golden.json").toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {"standard", "jumprelu", "topk", "demo"})
    void shouldFireAsSaeLensDoes(String name) throws IOException {
        EncoderWeights weights = WeightLoader.load(location(name));
        RowFile rows = RowFile.open(Path.of(FOLDER, name, "rows.npy"), "");
        RowBlock block = rows.block(0, (int) rows.rows());
        BitSet all = new BitSet();
        all.set(0, block.rows());
        SparseRows sparse = new SparseRows();
        try (Encoder encoder = OnnxEncoders.open(weights, List.of(), true, rows.dtype())) {
            encoder.full(block, all, sparse);
        }
        assertSame(golden(name).path("fired"), sparse);
        new NaiveEncoder(weights).full(block, all, sparse);
        assertSame(golden(name).path("fired"), sparse);

        Explained explained = new Explained(WeightLoader.decoder(location(name)).orElseThrow(), weights.norm());
        for (int r = 0; r < block.rows(); r++) {
            explained.add(NaiveEncoder.decode(block, r), sparse, r);
        }
        double fvu = golden(name).path("fvu").asDouble();
        assertThat(explained.fvu()).isCloseTo(fvu, within(1e-5 * fvu));
    }

    private static void assertSame(JsonNode fired, SparseRows sparse) {
        int entry = 0;
        for (int r = 0; r < sparse.rows(); r++) {
            for (int e = sparse.start(r); e < sparse.end(r); e++) {
                JsonNode expected = fired.path(entry++);
                assertThat(r).isEqualTo(expected.path(0).asInt());
                assertThat(sparse.feature(e)).isEqualTo(expected.path(1).asInt());
                assertThat((double) sparse.value(e)).isCloseTo(expected.path(2).asDouble(), within(2e-5));
            }
        }
        assertThat(fired.size()).isEqualTo(entry).isPositive();
    }

    @Test
    void shouldDifferWhenTheWeightsAreOthers() throws IOException {
        EncoderWeights weights = WeightLoader.load(location("standard"));
        RowFile rows = RowFile.open(Path.of(FOLDER, "jumprelu", "rows.npy"), "");
        SparseRows sparse = new SparseRows();
        BitSet all = new BitSet();
        all.set(0, 16);
        new NaiveEncoder(weights).full(rows.block(0, 16), all, sparse);

        assertThat(sparse.end(15)).isNotEqualTo(golden("jumprelu").path("fired").size());
    }
}
