package io.seismo.encoder.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seismo.encoder.NaiveProbe;
import io.seismo.spec.ProbeScore;
import io.seismo.weights.TensorType;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.load.WeightLoader;
import io.seismo.weights.probe.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bound of probes: exact scores keep it, scores a few bands away do not. */
class ProbeCheckTest {

    private static final int D = 40;

    @TempDir
    private Path dir;

    private Probe probe(String activation) throws IOException {
        Path file = dir.resolve(activation + ".safetensors");
        new SafetensorsWriter()
                .add("0.weight", TensorType.F32, draw(1, 8 * D), 8, D)
                .add("2.weight", TensorType.F32, draw(2, 16), 2, 8)
                .metadata("activation", activation)
                .write(file);
        return WeightLoader.probe(file.toString(), ProbeScore.LOGIT);
    }

    private static float[] draw(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    @ParameterizedTest
    @ValueSource(strings = {"relu", "tanh", "silu"})
    void shouldTellScoresInsideTheBandFromThoseOutside(String activation) throws IOException {
        Probe probe = probe(activation);
        double[] x = wide(draw(3, D));
        double[] exact = new NaiveProbe(probe).score(x);
        double[] band = new ProbeBand(probe, true).of(x, exact);
        ProbeCheck kept = new ProbeCheck(probe, true);
        kept.add(x, 0, new float[] {(float) exact[0], (float) exact[1]}, 0);
        ProbeCheck broken = new ProbeCheck(probe, true);
        broken.add(x, 7, new float[] {0, (float) exact[0], (float) (exact[1] + 3 * band[1])}, 1);

        assertThat(band[1]).isPositive().isLessThan(1e-3);
        assertThat(kept.result().holds()).isTrue();
        assertThat(broken.result().beyond()).isEqualTo(1);
        assertThat(broken.result().worstRow()).isEqualTo(7);
        assertThat(broken.result().worstOutput()).isEqualTo(1);
        assertThat(broken.result().worstRatio()).isCloseTo(3, within(0.5));
    }

    @Test
    void shouldBeStricterOnFeaturesThanOnRows() throws IOException {
        Probe probe = probe("relu");
        double[] x = wide(draw(3, D));
        double[] exact = new NaiveProbe(probe).score(x);

        assertThat(new ProbeBand(probe, false).of(x, exact)[0])
                .isLessThan(new ProbeBand(probe, true).of(x, exact)[0] / 10);
    }

    @Test
    void shouldCountAScoreThatIsNoNumber() throws IOException {
        ProbeCheck check = new ProbeCheck(probe("relu"), true);
        check.add(wide(draw(3, D)), 0, new float[] {Float.NaN, Float.NaN}, 0);

        assertThat(check.result().holds()).isFalse();
    }

    @Test
    void shouldSpreadScoresAsTextbooksDo() {
        ScoreSpread spread = new ScoreSpread();
        for (double score : new double[] {-2, 0, 1, 5}) {
            spread.add(score);
        }

        assertThat(spread.result().mean()).isCloseTo(1, within(1e-12));
        assertThat(spread.result().sd()).isCloseTo(Math.sqrt(26.0 / 4), within(1e-12));
        assertThat(spread.result().min()).isEqualTo(-2);
        assertThat(spread.result().max()).isEqualTo(5);
        assertThat(spread.result().above()).isEqualTo(0.5);
        assertThat(new ScoreSpread().result().max()).isZero();
    }
}
