package io.seismo.encoder.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.encoder.SparseRows;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdSearchTest {

    private static float search(float[] values, long wanted) {
        ThresholdSearch search = new ThresholdSearch();
        show(values, search);
        assertThat(search.narrow(wanted)).isTrue();
        show(values, search);
        return search.threshold();
    }

    private static void show(float[] values, ThresholdSearch search) {
        SparseRows rows = new SparseRows();
        for (int i = 0; i < values.length; i++) {
            rows.add(i, values[i]);
            if (i % 7 == 6) {
                rows.endRow();
                search.add(rows);
                rows.clear();
            }
        }
        rows.endRow();
        search.add(rows);
    }

    /** Against sorting. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 50, 999, 1000})
    void shouldHaveAsManyAboveItAsWanted(long wanted) {
        Random random = new Random(wanted);
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.exp(20 * random.nextGaussian());
        }
        float[] sorted = values.clone();
        Arrays.sort(sorted);

        float threshold = search(values, wanted);

        assertThat(threshold).isEqualTo(Math.nextDown(sorted[(int) (1000 - wanted)]));
        long above = 0;
        for (float value : values) {
            above += value > threshold ? 1 : 0;
        }
        assertThat(above).isEqualTo(wanted);
    }

    @Test
    void shouldTakeAllOfEqualsWhenTheyCannotBeToldApart() {
        assertThat(search(new float[] {1, 2, 2, 2, 3}, 2)).isEqualTo(Math.nextDown(2f));
    }

    @Test
    void shouldSayWhenThereAreNotThatMany() {
        ThresholdSearch search = new ThresholdSearch();
        show(new float[] {1, 2}, search);
        assertThat(search.narrow(3)).isFalse();
        assertThatThrownBy(search::threshold).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCountWhatFiresByOneRuleOnly() {
        Disagreement disagreement = new Disagreement(5);
        disagreement.add(rows(new int[] {0, 1, 4}, new int[] {2}), rows(new int[] {1, 3, 4}, new int[] {}));

        assertThat(disagreement.result()).isEqualTo(new Disagreement.Result(2, 4, 1, 2, 1.5, 0, 3));
        assertThat(disagreement.result().share()).isEqualTo(0.75);
        assertThat(disagreement.of(List.of(0, 3, 4)))
                .containsExactly(
                        new Disagreement.Feature(0, 1, 0, 1),
                        new Disagreement.Feature(3, 0, 1, 0),
                        new Disagreement.Feature(4, 1, 0, 0));
    }

    private static SparseRows rows(int[]... fired) {
        SparseRows rows = new SparseRows();
        for (int[] row : fired) {
            for (int feature : row) {
                rows.add(feature, 1);
            }
            rows.endRow();
        }
        return rows;
    }
}
