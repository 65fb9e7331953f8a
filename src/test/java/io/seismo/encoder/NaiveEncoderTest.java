package io.seismo.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The control itself is checked against values worked out by hand. */
class NaiveEncoderTest {

    private static final float[][] MATRIX = {{1, 0, 2}, {0, 1, -1}};
    private static final float[] BIAS = {0.5f, 0, -1};

    private static double[] encode(Activation activation, InputNorm norm, float... x) {
        NaiveEncoder encoder = new NaiveEncoder(TestWeights.of(MATRIX, BIAS, activation, norm));
        return encoder.encode(Rows.of(Dtype.DTYPE_F32, x).block(), 0);
    }

    @Test
    void shouldMatchTheHandWhenTheNumbersAreSmall() {
        assertThat(encode(new Activation.Linear(), InputNorm.NONE, 2, -3)).containsExactly(2.5, -3, 6);
        assertThat(encode(new Activation.Relu(), InputNorm.NONE, 2, -3)).containsExactly(2.5, 0, 6);
        float[] theta = {2.5f, -5, 5.9f};
        assertThat(encode(new Activation.JumpRelu(theta), InputNorm.NONE, 2, -3))
                .containsExactly(0, 0, 6);
        assertThat(encode(new Activation.TopK(1), InputNorm.NONE, 2, -3)).containsExactly(0, 0, 6);
        assertThat(encode(new Activation.TopK(3), InputNorm.NONE, 2, -3)).containsExactly(2.5, 0, 6);
    }

    @Test
    void shouldNormaliseByTheDefinitionWhenAsked() {
        Activation linear = new Activation.Linear();
        assertThat(encode(linear, InputNorm.CENTRE, 5, 1)).containsExactly(2.5, -2, 5);
        // mean 3, deviation with divisor 1: sqrt(8).
        double u = 2 / (Math.sqrt(8) + 1e-5);
        assertThat(encode(linear, InputNorm.LAYER_NORM, 5, 1)[0]).isCloseTo(u + 0.5, within(1e-12));
        // x * sqrt(2) / 5.
        assertThat(encode(linear, InputNorm.CONSTANT_NORM, 3, 4)[1]).isCloseTo(4 * Math.sqrt(2) / 5, within(1e-12));
        assertThat(encode(linear, InputNorm.CONSTANT_NORM, 0, 0)).containsExactly(0.5, 0, -1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Dtype.class,
            names = {"DTYPE_BF16", "DTYPE_F16", "DTYPE_F32"})
    void shouldDecodeWhatWasRoundedWhenGivenAnyDtype(Dtype dtype) {
        Rows rows = Rows.of(dtype, new float[] {0, -0.1f, 1e-6f, 3.14159f, -1000, 0.3f});
        NaiveEncoder encoder = new NaiveEncoder(TestWeights.identity(6, new Activation.Linear()));

        double[] read = encoder.encode(rows.block(), 0);

        for (int i = 0; i < 6; i++) {
            assertThat(read[i]).isEqualTo(rows.values()[0][i]);
        }
    }

    @Test
    void shouldKeepTheInterfaceWhenRowsAreWatchedAndChosen() {
        NaiveEncoder encoder =
                new NaiveEncoder(TestWeights.of(MATRIX, BIAS, new Activation.Relu(), InputNorm.NONE), 0, 2);
        Rows rows = Rows.of(Dtype.DTYPE_F32, new float[] {1, 0}, new float[] {0, 2}, new float[] {2, 1});
        float[] out = new float[8];
        SparseRows sparse = new SparseRows();
        BitSet last = new BitSet();
        last.set(2);

        encoder.watch(rows.block(), out, 1, 2);
        encoder.full(rows.block(), last, sparse);

        assertThat(out).containsExactly(0, 1.5f, 1, 0.5f, 0, 2.5f, 2, 0);
        assertThat(sparse.rows()).isEqualTo(3);
        assertThat(sparse.end(1)).isZero();
        assertThat(sparse.end(2)).isEqualTo(3);
        assertThat(sparse.feature(1)).isEqualTo(1);
        assertThatThrownBy(() -> new NaiveEncoder(TestWeights.identity(2, new Activation.Relu()), 2))
                .isInstanceOf(EncoderException.class);
    }
}
