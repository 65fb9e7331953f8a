package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecParser;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What live roles and replay open for a plan: encoders of the very arithmetic that its spec asks for. */
class EncoderShelfTest {

    private static final int ROWS = 40;

    private final RowBlock rows = Rows.random(Dtype.DTYPE_BF16, ROWS, 384, 5).block();

    private static MonitorPlan plan(String options, long epoch) throws IOException {
        String spec = Files.readString(Path.of("topology/monitor.yaml"));
        String changed = spec.replace("sae: demo/sae,", "sae: demo/sae, " + options);
        return Planner.plan(SpecParser.parse("monitor.yaml", changed), new WeightCatalog(), epoch);
    }

    private float[] watch(Encoder encoder) {
        float[] out = new float[ROWS * encoder.joint().columns()];
        encoder.joint().watch(Map.of("mid", rows), Map.of(), ROWS, out);
        return out;
    }

    private int fired(Encoder encoder) {
        BitSet all = new BitSet();
        all.set(0, ROWS);
        SparseRows out = new SparseRows();
        encoder.full(rows, all, out);
        return out.end(ROWS - 1);
    }

    @Test
    void shouldOpenTwoEpochsApartWhenOnlyThePrecisionDiffers() throws IOException {
        try (EncoderShelf shelf = new EncoderShelf()) {
            Encoder plain = shelf.of(plan("", 1)).get("topics");
            Encoder integers = shelf.of(plan("precision: int8,", 2)).get("topics");
            Encoder again = shelf.of(plan("precision: fp32,", 3)).get("topics");

            assertThat(again.fingerprint()).isEqualTo(plain.fingerprint());
            assertThat(integers.weights()).isEqualTo(plain.weights());
            assertThat(integers.fingerprint()).isNotEqualTo(plain.fingerprint());
            assertThat(watch(integers)).isNotEqualTo(watch(plain));
            assertThat(fired(integers)).isNotEqualTo(fired(plain));
        }
    }

    @Test
    void shouldCloseWhatNobodyHoldsAnyMoreAndNothingElse() throws IOException {
        try (EncoderShelf shelf = new EncoderShelf()) {
            Encoder first = shelf.of(plan("", 1)).get("topics");
            shelf.of(plan("", 2));
            Encoder other = shelf.of(plan("precision: int8,", 3)).get("topics");

            shelf.release(plan("", 1));
            assertThat(fired(first)).as("still held for epoch 2").isPositive();
            shelf.release(plan("", 2));

            assertThatThrownBy(() -> fired(first))
                    .isInstanceOf(EncoderException.class)
                    .hasMessageContaining("closed");
            assertThat(fired(other)).as("of another epoch").isPositive();
            assertThat(fired(shelf.of(plan("", 4)).get("topics")))
                    .as("opened anew")
                    .isPositive();
        }
    }

    @Test
    void shouldRefuseToOpenAThresholdForWhatIsNotTopKBeforeAnythingIsAnnounced() throws IOException {
        MonitorPlan plan = plan("topk: { threshold: 2, from: rows },", 1);
        try (EncoderShelf shelf = new EncoderShelf()) {
            assertThatThrownBy(() -> shelf.of(plan))
                    .isInstanceOf(EncoderException.class)
                    .hasMessageContaining("jumprelu")
                    .hasMessageContaining("top-k only");
        }
    }
}
