package io.seismo.encoder.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.SparseRows;
import org.junit.jupiter.api.Test;

class ActiveCountsTest {

    private static ActiveCounts counts(int[]... rows) {
        SparseRows sparse = new SparseRows();
        ActiveCounts counts = new ActiveCounts(5);
        for (int r = 0; r < rows.length; r++) {
            for (int feature : rows[r]) {
                sparse.add(feature, 1);
            }
            sparse.endRow();
            counts.add(sparse, r);
        }
        return counts;
    }

    @Test
    void shouldCountRowsAndFeatures() {
        ActiveCounts counts = counts(new int[] {0, 1, 4}, new int[] {4}, new int[] {}, new int[] {1, 4});

        assertThat(counts.mean()).isEqualTo(1.5);
        assertThat(counts.quantile(0.05)).isZero();
        assertThat(counts.quantile(0.5)).isEqualTo(1);
        assertThat(counts.quantile(0.75)).isEqualTo(2);
        assertThat(counts.quantile(1)).isEqualTo(3);
        assertThat(counts.dead()).isEqualTo(2);
        assertThat(counts.denser(0.5)).isEqualTo(1);
    }

    @Test
    void shouldCompareWithPublishedRates() {
        int[][] rows = new int[100][];
        for (int r = 0; r < rows.length; r++) {
            rows[r] = r < 50 ? new int[] {0, 1} : new int[] {0};
        }
        SparsityCheck check = SparsityCheck.of(counts(rows), new double[] {1, 0.5, 0.3, 0, 0.001});

        assertThat(check.l0()).isEqualTo(1.801, within(1e-9));
        assertThat(check.dead()).isEqualTo(1);
        assertThat(check.missing()).isEqualTo(1);
        assertThat(check.expectedSilent()).isEqualTo(1 + Math.pow(0.999, 100), within(1e-9));
        assertThat(check.correlation()).isEqualTo(1, within(1e-12));
    }
}
