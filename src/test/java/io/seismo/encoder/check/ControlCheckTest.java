package io.seismo.encoder.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.Rows;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.TestWeights;
import io.seismo.weights.Activation;
import io.seismo.weights.EncoderWeights;
import io.seismo.wire.Dtype;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** The check itself: it passes what is right, and finds each sort of wrong. */
class ControlCheckTest {

    private static final float[] ROW = {0.5f, -1, 2, 3};

    private static ControlCheck.Result check(EncoderWeights weights, float[] row, float[] fast, SparseRows sparse) {
        ControlCheck check = new ControlCheck(weights);
        check.add(Rows.of(Dtype.DTYPE_F32, row).block(), 0, 12, fast, sparse, 0);
        return check.result();
    }

    private static SparseRows features(EncoderWeights weights, float... row) {
        BitSet one = new BitSet();
        one.set(0);
        SparseRows sparse = new SparseRows();
        new NaiveEncoder(weights).full(Rows.of(Dtype.DTYPE_F32, row).block(), one, sparse);
        return sparse;
    }

    private static SparseRows fired(float[] values) {
        SparseRows sparse = new SparseRows();
        for (int f = 0; f < values.length; f++) {
            if (values[f] > 0) {
                sparse.add(f, values[f]);
            }
        }
        sparse.endRow();
        return sparse;
    }

    @Test
    void shouldHoldWhenTheFastEncoderIsTheControlItself() {
        for (Activation activation :
                new Activation[] {new Activation.Relu(), new Activation.TopK(2), new Activation.Linear()}) {
            EncoderWeights weights = TestWeights.identity(4, activation);

            ControlCheck.Result result = check(weights, ROW, ROW, features(weights, ROW));

            assertThat(result.holds()).as(activation.words()).isTrue();
            assertThat(result.worstRatio()).isZero();
            assertThat(result.values()).isEqualTo(4);
        }
    }

    @Test
    void shouldFindAPreActivationBeyondTheBound() {
        EncoderWeights weights = TestWeights.identity(4, new Activation.Relu());
        float[] wrong = {0.5f, -1.001f, 2, 3};

        ControlCheck.Result result = check(weights, ROW, wrong, features(weights, ROW));

        assertThat(result.holds()).isFalse();
        assertThat(result.beyond()).isEqualTo(1);
        assertThat(result.worstFeature()).isEqualTo(1);
        assertThat(result.worstRow()).isEqualTo(12);
        assertThat(check(weights, ROW, new float[] {Float.NaN, -1, 2, 3}, features(weights, ROW))
                        .holds())
                .isFalse();
    }

    @Test
    void shouldFindAFlipOutsideTheBand() {
        EncoderWeights relu = TestWeights.identity(4, new Activation.Relu());
        assertThat(check(relu, ROW, ROW, fired(new float[] {0, 0, 2, 3})).flipsOutside())
                .isEqualTo(1);
        assertThat(check(relu, ROW, ROW, fired(new float[] {0.5f, 0.1f, 2, 3})).flipsOutside())
                .isEqualTo(1);
        EncoderWeights topK = TestWeights.identity(4, new Activation.TopK(2));
        assertThat(check(topK, ROW, ROW, fired(new float[] {0.5f, 0, 0, 3})).flipsOutside())
                .isEqualTo(2);
    }

    @Test
    void shouldForgiveAFlipWhenTheBandLeavesItOpen() {
        EncoderWeights jump = TestWeights.identity(4, new Activation.JumpRelu(new float[] {0.5f, 0, 0, 0}));
        ControlCheck.Result equal = check(jump, ROW, ROW, fired(new float[] {0.5f, 0, 2, 3}));
        assertThat(equal.flipsInside()).isEqualTo(1);
        assertThat(equal.holds()).isTrue();

        float[] tied = {2, -1, 2, 3};
        EncoderWeights topK = TestWeights.identity(4, new Activation.TopK(2));
        ControlCheck.Result swapped = check(topK, tied, tied, fired(new float[] {0, 0, 2, 3}));
        assertThat(swapped.flipsInside()).isEqualTo(2);
        assertThat(swapped.flipsOutside()).isZero();
    }

    @Test
    void shouldFindAValueThatIsNotThePreActivation() {
        EncoderWeights relu = TestWeights.identity(4, new Activation.Relu());

        ControlCheck.Result result = check(relu, ROW, ROW, fired(new float[] {0.5f, 0, 2, 2.9f}));

        assertThat(result.valuesOutside()).isEqualTo(1);
        assertThat(result.holds()).isFalse();
    }
}
