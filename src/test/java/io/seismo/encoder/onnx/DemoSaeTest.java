package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.weights.load.WeightLoader;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SAE in the jar, against values its trainer computed in double precision. */
class DemoSaeTest {

    private static final String LOCATION = "demo/sae";

    private JsonNode golden;

    @BeforeEach
    void readGolden() throws IOException {
        try (InputStream in = DemoSaeTest.class.getResourceAsStream("/" + LOCATION + "/golden.json")) {
            golden = new JsonMapper().readTree(in);
        }
    }

    @Test
    void shouldGiveTheGoldenFeaturesWhenEncodingTheGoldenRows() {
        int dIn = WeightLoader.load(LOCATION).dIn();
        NaiveEncoder control = new NaiveEncoder(WeightLoader.load(LOCATION));
        SparseRows sparse = new SparseRows();
        BitSet first = new BitSet();
        first.set(0);
        try (Encoder encoder = OnnxEncoders.open(LOCATION, List.of(), true, Dtype.DTYPE_BF16)) {
            for (JsonNode row : golden.path("full_rows")) {
                byte[] bits = HexFormat.of()
                        .parseHex(row.path("bf16_little_endian_hex").asText());
                RowBlock block = new RowBlock(ByteBuffer.wrap(bits), Dtype.DTYPE_BF16, 1, dIn);
                Map<Integer, Double> expected = new TreeMap<>();
                row.path("active")
                        .properties()
                        .forEach(entry -> expected.put(
                                Integer.valueOf(entry.getKey()),
                                entry.getValue().asDouble()));

                encoder.full(block, first, sparse);
                assertSame(sparse, expected, 1e-4);
                control.full(block, first, sparse);
                assertSame(sparse, expected, 1e-6);
            }
        }
        assertThat(golden.path("full_rows").size()).isPositive();
    }

    private static void assertSame(SparseRows sparse, Map<Integer, Double> expected, double tolerance) {
        Map<Integer, Double> actual = new TreeMap<>();
        for (int e = 0; e < sparse.end(0); e++) {
            actual.put(sparse.feature(e), (double) sparse.value(e));
        }
        assertThat(actual.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
        expected.forEach((feature, value) -> assertThat(actual.get(feature)).isCloseTo(value, within(tolerance)));
    }

    /** Logs and epochs hold it: what computes the same numbers must go on to be called the same. */
    @Test
    void shouldKeepTheFingerprintItHasHad() {
        try (Encoder both = OnnxEncoders.open(LOCATION, List.of(1, 7, 88), true, Dtype.DTYPE_BF16);
                Encoder watch = OnnxEncoders.open(LOCATION, List.of(1), false, Dtype.DTYPE_BF16)) {
            assertThat(both.fingerprint())
                    .endsWith(" sha256:7824467f8fa4cfbe137096d0bfadccf826dd02b6f0ce8271863c375b07324b17");
            assertThat(watch.fingerprint())
                    .endsWith(" sha256:06cf5832c9e808da2bb9082181d186131c976ea50e6b2f69ba3304c01fcd4782");
        }
    }

    @Test
    void shouldKnowSaeAndProbeWhenPlanning() throws Exception {
        WeightCatalog catalog = new WeightCatalog();

        assertThat(catalog.facts(LOCATION).hook())
                .isEqualTo(golden.path("hook_name").asText());
        assertThat(catalog.facts("demo/phishing.safetensors").probe()).isTrue();
        assertThat(catalog.facts("demo/phishing.safetensors").dIn())
                .isEqualTo(catalog.facts(LOCATION).dIn());
    }
}
