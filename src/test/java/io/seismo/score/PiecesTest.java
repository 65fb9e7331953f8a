package io.seismo.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.spec.AggregatorSpec;
import io.seismo.window.FeatureBlock;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.TokenPeak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiecesTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKeepTheEightLargestTokensAsSortingAllWould(long seed) {
        Random random = new Random(seed);
        Peaks peaks = new Peaks();
        List<TokenPeak> all = new ArrayList<>();
        for (int position = 0; position < 200; position++) {
            float value = random.nextInt(12) - 4;
            peaks.offer(position, value);
            all.add(TokenPeak.newBuilder().setPosition(position).setValue(value).build());
            List<TokenPeak> expected = all.stream()
                    .sorted(Comparator.comparing(TokenPeak::getValue).reversed().thenComparing(TokenPeak::getPosition))
                    .limit(Peaks.MAX)
                    .sorted(Comparator.comparing(TokenPeak::getPosition))
                    .toList();
            assertThat(peaks.byPosition()).isEqualTo(expected);
            StateWriter out = new StateWriter();
            peaks.write(out);
            Peaks restored = new Peaks();
            restored.read(new StateReader(out.toByteArray(), "peaks"));
            peaks = restored;
        }
    }

    @Test
    void shouldRememberFiredFeaturesAsASetWouldUpToItsBound() {
        Random random = new Random(4);
        FiredFeatures fired = new FiredFeatures();
        TreeSet<Long> set = new TreeSet<>();
        int full = 0;
        for (int i = 0; i < 20_000; i++) {
            int encoder = random.nextInt(2);
            int feature = random.nextInt(4_000);
            boolean known = set.contains((long) encoder << 32 | feature);
            FiredFeatures.Page page = fired.page(encoder, feature / FeatureBlock.SIZE);
            assertThat(page.has(feature % FeatureBlock.SIZE)).isEqualTo(known);
            if (!known) {
                boolean room = set.size() < FiredFeatures.MAX;
                assertThat(page.add(feature % FeatureBlock.SIZE)).isEqualTo(room);
                full += room ? 0 : 1;
                if (room) {
                    set.add((long) encoder << 32 | feature);
                }
            }
            if (i % 1_000 == 0) {
                StateWriter out = new StateWriter();
                fired.write(out);
                fired = new FiredFeatures();
                StateReader in = new StateReader(out.toByteArray(), "features");
                fired.read(in);
                in.end();
            }
        }
        assertThat(full).isPositive();
    }

    @Test
    void shouldSmoothInFloatInTheStatedOrder() {
        Aggregator ema = Aggregator.of(new AggregatorSpec.EmaMax(0.3f));
        float state = 0;
        Random random = new Random(8);
        for (int i = 0; i < 1_000; i++) {
            float signal = (float) random.nextGaussian();
            float expected = 0.3f * signal + (1f - 0.3f) * state;
            state = ema.smooth(state, signal);
            assertThat(state).isEqualTo(expected);
        }
        assertThat(Aggregator.of(new AggregatorSpec.Max()).smooth(7f, -2f)).isEqualTo(-2f);
    }

    @Test
    void shouldKeepNegativeScoresNegativeAndEmptyOnesZero() {
        WatchTrace trace = new WatchTrace();
        assertThat(trace.score()).isZero();
        trace.take(Aggregator.of(new AggregatorSpec.Max()), 3, -2f);
        assertThat(trace.score()).isEqualTo(-2f);
        assertThat(trace.toScore("w").getTokenMax()).isEqualTo(-2f);
        assertThat(trace.toScore("w").getTokenMaxPosition()).isEqualTo(3);
    }

    @Test
    void shouldSaturateTotalsAndCountTheClippings() {
        Totals totals = new Totals();
        totals.add(Totals.Count.ROWS_SERVED, Long.MAX_VALUE);
        totals.add(Totals.Count.ROWS_SERVED, 5);
        assertThat(totals.toProto().getRowsServed()).isEqualTo(Long.MAX_VALUE);
        assertThat(totals.toProto().getSaturations()).isEqualTo(1);
        totals.addRefusal(7, 3);
        totals.addRefusal(1_000, 1);
        byte[] bytes = totals.toBytes(new StateWriter());
        assertThat(Totals.fromBytes(bytes).toProto()).isEqualTo(totals.toProto());
        assertThat(totals.toProto().getRefusalsCount()).isEqualTo(2);
        bytes[0] = 9;
        assertThatIllegalArgumentException().isThrownBy(() -> Totals.fromBytes(bytes));
    }
}
