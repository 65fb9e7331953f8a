package io.seismo.contrast;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.SparseRows;
import io.seismo.score.Aggregator;
import io.seismo.score.SignalScore;
import io.seismo.spec.AggregatorSpec;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFeaturesTest {

    private static final int WIDTH = 30;

    @ParameterizedTest
    @ValueSource(floats = {0, 0.5f, 0.1f, 1})
    void shouldScoreEveryFeatureAsThePipelineScoresItsColumn(float alpha) {
        AggregatorSpec spec = alpha == 0 ? new AggregatorSpec.Max() : new AggregatorSpec.EmaMax(alpha);
        Aggregator aggregator = Aggregator.of(spec);
        Random random = new Random(9);
        SparseRows sparse = new SparseRows();
        SignalScore[] dense = new SignalScore[WIDTH];
        for (int f = 0; f < WIDTH; f++) {
            dense[f] = new SignalScore();
        }
        RequestFeatures features = new RequestFeatures();
        for (int row = 0; row < 200; row++) {
            for (int f = 0; f < WIDTH - 1; f++) {
                float value = random.nextInt(8) == 0 ? random.nextFloat() : 0;
                dense[f].take(aggregator, value);
                if (value > 0) {
                    sparse.add(f, value);
                }
            }
            dense[WIDTH - 1].take(aggregator, 0);
            sparse.endRow();
            features.take(aggregator, sparse, row);
        }
        assertThat(features.size()).isEqualTo(WIDTH - 1);
        for (int i = 0; i < features.size(); i++) {
            assertThat(features.feature(i)).isEqualTo(i);
            assertThat(features.score(i)).isEqualTo(dense[i].score());
        }
        assertThat(dense[WIDTH - 1].score()).isZero();
        assertThat(dense[0].score()).isNotEqualTo(dense[1].score());
    }
}
