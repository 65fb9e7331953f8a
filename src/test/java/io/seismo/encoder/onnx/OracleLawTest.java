package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.TensorType;
import io.seismo.weights.family.RandomSae;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law: {@code |Δpre| ≤ 8·√d·2⁻²⁴·(‖x‖·‖w_i‖ + |c_i|)} against SAELens's own arithmetic in double precision, and
 * features differ only where the oracle's pre-activation lies within that band of its limit.
 */
class OracleLawTest {

    private static final int ROWS = 24;

    @TempDir
    Path directory;

    static Stream<Arguments> saes() {
        return Stream.of("standard", "jumprelu", "topk")
                .flatMap(architecture -> Stream.of(
                        Arguments.of(architecture, TensorType.F32, Dtype.DTYPE_BF16, 384, 3072),
                        Arguments.of(architecture, TensorType.BF16, Dtype.DTYPE_F16, 768, 1536),
                        Arguments.of(architecture, TensorType.F16, Dtype.DTYPE_F32, 65, 1000),
                        Arguments.of(architecture, TensorType.F64, Dtype.DTYPE_BF16, 16, 64),
                        Arguments.of(architecture, TensorType.F32, Dtype.DTYPE_F32, 1, 3)));
    }

    @ParameterizedTest
    @MethodSource("saes")
    void shouldStayWithinTheBandWhenComparedWithTheOracle(
            String architecture, TensorType type, Dtype dtype, int dIn, int dSae) throws IOException {
        RandomSae sae = new RandomSae(architecture, type, dIn, dSae, 31L * dIn + dSae);
        Verdict verdict = compare(sae, sae, dtype);

        System.out.printf(
                "oracle law %s %dx%d weights %s rows %s: worst ratio %.3f, %d values, %d flips inside the band%n",
                architecture, dIn, dSae, type, dtype, verdict.worst, verdict.values, verdict.flips);
        assertThat(verdict.worst).isLessThan(1);
        assertThat(verdict.strays).isZero();
        assertThat(verdict.values).isPositive();
    }

    @Test
    void shouldBreakTheLawWhenOneWeightIsWrong() throws IOException {
        RandomSae right = new RandomSae("jumprelu", TensorType.F32, 384, 256, 3);
        RandomSae wrong = new RandomSae("jumprelu", TensorType.F32, 384, 256, 3);
        wrong.encoder[5 * 256 + 7] += 0.01f;

        Verdict verdict = compare(right, wrong, Dtype.DTYPE_F32);

        assertThat(verdict.worst).isGreaterThan(1);
    }

    private Verdict compare(RandomSae oracle, RandomSae written, Dtype dtype) throws IOException {
        Rows rows = Rows.random(dtype, ROWS, oracle.dIn, 77);
        BitSet all = new BitSet();
        all.set(0, ROWS);
        SparseRows sparse = new SparseRows();
        List<Integer> watched =
                IntStream.range(0, oracle.dSae).filter(f -> f % 3 == 0).boxed().toList();
        float[] watchedValues = new float[ROWS * watched.size()];
        try (Encoder encoder = OnnxEncoders.open(written.write(directory).toString(), watched, true, dtype)) {
            encoder.full(rows.block(), all, sparse);
            encoder.watch(rows.block(), watchedValues, 0, watched.size());
        }
        Verdict verdict = new Verdict(oracle);
        for (int r = 0; r < ROWS; r++) {
            float[] dense = new float[oracle.dSae];
            for (int e = sparse.start(r); e < sparse.end(r); e++) {
                dense[sparse.feature(e)] = sparse.value(e);
            }
            verdict.judge(rows.values()[r], dense);
            for (int c = 0; c < watched.size(); c++) {
                dense[watched.get(c)] = watchedValues[r * watched.size() + c];
            }
            verdict.judge(rows.values()[r], dense);
        }
        return verdict;
    }

    /** Collects the worst ratio to the band, flips inside it, and strays outside. */
    private static final class Verdict {

        private final RandomSae sae;
        private double worst;
        private int values;
        private int flips;
        private int strays;

        Verdict(RandomSae sae) {
            this.sae = sae;
        }

        void judge(float[] x, float[] features) {
            double[] pre = sae.preActivations(x);
            double norm = 0;
            for (float value : x) {
                norm += (double) value * value;
            }
            double[] band = new double[sae.dSae];
            for (int f = 0; f < band.length; f++) {
                band[f] = 8
                        * Math.sqrt(sae.dIn)
                        * 0x1p-24
                        * (Math.sqrt(norm) * sae.columnNorm(f) + Math.abs(sae.canonicalBias(f)));
            }
            double kth = kth(pre);
            double widest = Arrays.stream(band).max().orElseThrow();
            for (int f = 0; f < band.length; f++) {
                double limit = limit(f, kth);
                boolean fires = pre[f] > limit || (sae.architecture.equals("topk") && pre[f] == kth && kth > 0);
                if (features[f] > 0) {
                    worst = Math.max(worst, Math.abs(features[f] - pre[f]) / band[f]);
                    values++;
                }
                if (fires != features[f] > 0) {
                    double reach = sae.architecture.equals("topk") ? band[f] + widest : band[f];
                    flips++;
                    strays += Math.abs(pre[f] - limit) <= reach ? 0 : 1;
                }
            }
        }

        private double limit(int f, double kth) {
            return switch (sae.architecture) {
                case "jumprelu" -> Math.max(sae.threshold[f], 0);
                case "topk" -> Math.max(kth, 0);
                default -> 0;
            };
        }

        private double kth(double[] pre) {
            double[] sorted = pre.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length - sae.k];
        }
    }
}
