package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FidelityBlockTest {

    @Test
    void shouldAddUpWhatWasCounted() {
        FidelityBlock block = new FidelityBlock();
        assertThat(block.addRows(3, 90) + block.addRows(2, 60)).isZero();
        assertThat(block.addRebuilt(2, 500, 2_000)).isZero();
        assertThat(block.rows()).isEqualTo(5);
        assertThat(block.fired()).isEqualTo(150);
        assertThat(block.rebuilt()).isEqualTo(2);
        assertThat(block.error()).isEqualTo(500);
        assertThat(block.deviation()).isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldGiveTheSameInWhateverOrderItIsMerged(long seed) {
        Random random = new Random(seed);
        FidelityBlock a = Blocks.fidelity(random);
        FidelityBlock b = Blocks.fidelity(random);
        FidelityBlock c = full();
        FidelityBlock left = sum(sum(a, b), c);
        assertThat(left).isEqualTo(sum(a, sum(b, c))).isEqualTo(sum(c, sum(b, a)));
        assertThat(left.error()).isEqualTo(Long.MAX_VALUE);
        assertThat(FidelityBlock.decode(left.encode())).isEqualTo(left).hasSameHashCodeAs(left);
    }

    @Test
    void shouldReportAndClipWhenASumIsFull() {
        FidelityBlock block = full();
        assertThat(block.addRebuilt(1, 8, 8)).isEqualTo(2);
        assertThat(block.error()).isEqualTo(Long.MAX_VALUE);
        assertThat(full().merge(full())).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhenBytesAreOfAnotherFormOrNegative() {
        byte[] sound = Blocks.fidelity(new Random(5)).encode();
        for (int length : new int[] {0, 1, sound.length - 1, sound.length + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FidelityBlock.decode(java.util.Arrays.copyOf(sound, length)));
        }
        byte[] newer = sound.clone();
        newer[0] = 2;
        assertThatIllegalArgumentException().isThrownBy(() -> FidelityBlock.decode(newer));
        byte[] negative = sound.clone();
        negative[32] = (byte) 0x80;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FidelityBlock.decode(negative))
                .withMessageContaining("negative");
    }

    @Test
    void shouldRoundMeanSquaresHalfUpAndClipThem() {
        assertThat(MeanSquare.of(1)).isEqualTo(1 << 24);
        assertThat(MeanSquare.of(0x1p-25)).isEqualTo(1);
        assertThat(MeanSquare.of(0x1.fp-26)).isZero();
        assertThat(MeanSquare.of(-3)).isZero();
        assertThat(MeanSquare.of(Double.NaN)).isZero();
        assertThat(MeanSquare.of(1e300)).isEqualTo(Long.MAX_VALUE);
        assertThat(MeanSquare.toDouble(MeanSquare.of(123.456))).isCloseTo(123.456, within(0x1p-24));
    }

    private static FidelityBlock full() {
        FidelityBlock block = new FidelityBlock();
        block.addRebuilt(7, Long.MAX_VALUE - 3, Long.MAX_VALUE - 5);
        return block;
    }

    private static FidelityBlock sum(FidelityBlock one, FidelityBlock other) {
        FidelityBlock sum = FidelityBlock.decode(one.encode());
        sum.merge(other);
        return sum;
    }
}
