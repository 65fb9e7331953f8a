package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.Footprint;
import io.seismo.weights.InputNorm;
import io.seismo.wire.Dtype;
import org.junit.jupiter.api.Test;

/** Which graphs an encoder is planned with, and what they need, against figures worked out by hand. */
class EncoderNeedsTest {

    private static final long GIB = 1L << 30;

    private static EncoderNeeds large(boolean wholeRow, boolean inFile, int watched, boolean full) {
        return large(wholeRow, inFile, watched, full, Arithmetic.PLAIN);
    }

    private static EncoderNeeds large(
            boolean wholeRow, boolean inFile, int watched, boolean full, Arithmetic arithmetic) {
        return EncoderNeeds.of(
                new Footprint(4096, 65_536, wholeRow, wholeRow, InputNorm.NONE, inFile),
                watched,
                full,
                Dtype.DTYPE_BF16,
                arithmetic);
    }

    @Test
    void shouldMapALargeMatrixWhenItLiesInAFile() {
        EncoderNeeds needs = large(false, true, 3, true);

        assertThat(needs.graphs()).extracting(EncoderNeeds.Graph::name).containsExactly("watch", "full");
        EncoderNeeds.Graph full = needs.graphs().get(1);
        assertThat(full.kept()).isEqualTo(Packing.MAPPED);
        assertThat(full.mapped()).isEqualTo(GIB);
        assertThat(full.flopPerToken()).isEqualTo(2L * 4096 * 65_536);
        assertThat(full.bytesPerToken()).isEqualTo(2 * 4096 + 5 * 65_536);
        assertThat(full.aThread()).isEqualTo(128L * (6 * 4096 + 5 * 65_536));
        assertThat(needs.own()).isLessThan(2_000_000);
        assertThat(needs.peak()).isLessThan(100_000_000);
    }

    @Test
    void shouldCountItTwiceWhenItIsConvertedInMemory() {
        EncoderNeeds needs = large(false, false, 3, true);
        assertThat(needs.graphs().get(1).own()).isEqualTo(2 * GIB + 3L * 65_536 * 4);
        assertThat(needs.mapped()).isZero();
        EncoderNeeds watched = large(false, false, 3, false);
        assertThat(watched.own()).isLessThan(1_000_000);
        assertThat(watched.peak()).isGreaterThan(GIB);
    }

    @Test
    void shouldHaveNoWatchGraphWhenFeaturesDependOnTheWholeRow() {
        EncoderNeeds needs = large(true, true, 3, false);
        assertThat(needs.graphs()).extracting(EncoderNeeds.Graph::name).containsExactly("full");
        assertThat(needs.graphs().get(0).columns()).isEqualTo(65_536);
        assertThat(large(true, true, 0, false).graphs()).isEmpty();
    }

    @Test
    void shouldPackASmallMatrixWhereverItLies() {
        Footprint small = new Footprint(384, 2048, false, false, InputNorm.LAYER_NORM, true);
        EncoderNeeds.Graph full = EncoderNeeds.of(small, 0, true, Dtype.DTYPE_BF16, Arithmetic.PLAIN)
                .graphs()
                .get(0);
        assertThat(full.kept()).isEqualTo(Packing.PACKED);
        assertThat(full.own()).isEqualTo(384L * 2048 * 4 + 3 * 2048 * 4);
        assertThat(full.bytesPerToken()).as("normalised rows reach it in fp32").isEqualTo(4 * 384 + 5 * 2048);
    }

    @Test
    void shouldHaveAWatchGraphAgainWhenAThresholdStandsInForTopK() {
        EncoderNeeds needs = large(true, true, 3, false, new Arithmetic(Device.CPU, Precision.FP32, 2));

        assertThat(needs.graphs()).extracting(EncoderNeeds.Graph::name).containsExactly("watch");
        assertThat(needs.graphs().get(0).flopPerToken()).isEqualTo(2L * 4096 * 3);
    }

    @Test
    void shouldKeepAByteAValueInIntegersAndMapNothingThatIsRounded() {
        EncoderNeeds.Graph integers = large(false, true, 0, true, Arithmetic.in(Precision.INT8))
                .graphs()
                .get(0);
        EncoderNeeds.Graph halves = large(false, true, 0, true, Arithmetic.in(Precision.BF16))
                .graphs()
                .get(0);

        assertThat(integers.own()).isEqualTo(2L * 4096 * 65_536 + 4L * 4 * 65_536);
        assertThat(integers.mapped()).isZero();
        assertThat(integers.precision()).isEqualTo(Precision.INT8);
        assertThat(halves.own()).isEqualTo(2 * GIB + 3L * 65_536 * 4);
        assertThat(halves.mapped()).isZero();
    }
}
