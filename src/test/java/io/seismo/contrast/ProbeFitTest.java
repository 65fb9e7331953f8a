package io.seismo.contrast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.FittedProbe;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeFitTest {

    @TempDir
    private Path dir;

    /** Requests whose mean rows scatter around two centres, {@code apart} from each other along the first axis. */
    private static MeanRows scattered(long seed, int dIn, int each, double apart, boolean reversed) {
        MeanRows rows = new MeanRows(dIn);
        Random random = new Random(seed);
        double[][] sums = new double[2 * each][dIn];
        for (int i = 0; i < sums.length; i++) {
            for (int d = 0; d < dIn; d++) {
                sums[i][d] = 3 * random.nextGaussian() + (d == 0 && i % 2 == 0 ? 3 * apart : 0);
            }
        }
        for (int k = 0; k < sums.length; k++) {
            int i = reversed ? sums.length - 1 - k : k;
            rows.add("r" + i, i % 2 == 0 ? Group.POSITIVE : Group.NEGATIVE, sums[i], 3);
        }
        return rows;
    }

    @Test
    void shouldPointFromOneMeanToTheOtherWithUnitLengthAndZeroHalfway() {
        MeanRows rows = new MeanRows(2);
        rows.add("a", Group.POSITIVE, new double[] {8, 0}, 2);
        rows.add("b", Group.POSITIVE, new double[] {2, 2}, 1);
        rows.add("c", Group.NEGATIVE, new double[] {0, 0}, 1);
        rows.add("d", Group.HARD, new double[] {0, 4}, 1);

        Direction direction = Direction.ofMeans(rows);

        // Positives at (3, 1), negatives at (0, 2), the mean of (0, 0) and (0, 4).
        assertThat(direction.weight())
                .containsExactly(new double[] {3 / Math.sqrt(10), -1 / Math.sqrt(10)}, within(1e-12));
        assertThat(direction.bias()).isCloseTo(-(3 * 1.5 - 1.5) / Math.sqrt(10), within(1e-12));
    }

    @Test
    void shouldFindTheOnlyAxisThatTells() {
        LogisticFit fit = new LogisticFit(scattered(3, 12, 150, 3, false));
        Direction direction = fit.fit();
        for (int d = 1; d < 12; d++) {
            assertThat(Math.abs(direction.weight()[d])).isLessThan(direction.weight()[0] / 3);
        }
        assertThat(direction.weight()[0]).isPositive();
        assertThat(-direction.bias() / direction.weight()[0]).isCloseTo(1.5, within(0.5));
        assertThat(fit.samples()).isEqualTo(300);
        assertThat(fit.lambda()).isBetween(1e-4, 10.0);
    }

    @Test
    void shouldGiveTheSameBitsWhateverTheOrderOfRequests() {
        Direction one = new LogisticFit(scattered(5, 6, 60, 1, false)).fit();
        Direction other = new LogisticFit(scattered(5, 6, 60, 1, true)).fit();
        Direction negativeControl = new LogisticFit(scattered(6, 6, 60, 1, false)).fit();
        assertThat(one.weight()).isEqualTo(other.weight());
        assertThat(one.bias()).isEqualTo(other.bias());
        assertThat(one.weight()).isNotEqualTo(negativeControl.weight());
    }

    @Test
    void shouldReachTheMinimumOfALossThatIsKnown() {
        // Σ (i + 1) · (x_i − i)², far from a sphere and with its minimum at (0, 1, 2, …).
        double[] at = Lbfgs.minimise(
                (point, gradient) -> {
                    double sum = 0;
                    for (int i = 0; i < point.length; i++) {
                        double off = point[i] - i;
                        sum += (i + 1) * off * off;
                        gradient[i] = 2 * (i + 1) * off;
                    }
                    return sum;
                },
                40);
        for (int i = 0; i < at.length; i++) {
            assertThat(at[i]).isCloseTo(i, within(1e-6));
        }
    }

    @Test
    void shouldKeepABoundedSampleThatDoesNotDependOnTheOrder() {
        MeanRows one = new MeanRows(1, 10);
        MeanRows other = new MeanRows(1, 10);
        for (int i = 0; i < 100; i++) {
            one.add("r" + i, Group.POSITIVE, new double[] {i}, 1);
            other.add("r" + (99 - i), Group.POSITIVE, new double[] {99 - i}, 1);
        }
        assertThat(one.sample(Group.POSITIVE)).hasSize(10);
        assertThat(one.sample(Group.POSITIVE).get(3))
                .isEqualTo(other.sample(Group.POSITIVE).get(3));
        assertThat(one.count(Group.POSITIVE)).isEqualTo(100);
        assertThat(one.mean(Group.POSITIVE)[0]).isCloseTo(49.5, within(1e-9));
    }

    @Test
    void shouldBeReadBackAsTheProbeThatWasWritten() throws IOException {
        double[] weight = {0.5, -2, 0.25};
        Path file = dir.resolve("p.safetensors");
        FittedProbe.write(file, weight, 1.5, Map.of("hook_name", "blocks.3.resid_post", "model_name", "a \"b\""));
        EncoderWeights read = WeightLoader.load(file.toString());
        assertThat(read.manifest().hook()).isEqualTo("blocks.3.resid_post");
        assertThat(read.manifest().model()).isEqualTo("a \"b\"");
        ByteBuffer row = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat(2).putFloat(1).putFloat(4).flip();
        RowBlock block = new RowBlock(row, Dtype.DTYPE_F32, 1, 3);
        assertThat(new NaiveEncoder(read).encode(block, 0)).containsExactly(1.5);
        assertThat(new NaiveEncoder(FittedProbe.weights("memory", weight, 1.5)).encode(block, 0))
                .containsExactly(1.5);
    }
}
