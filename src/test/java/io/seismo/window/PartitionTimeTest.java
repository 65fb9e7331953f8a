package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.spec.Timing;
import io.seismo.wire.Tick;
import org.junit.jupiter.api.Test;

class PartitionTimeTest {

    private static final Timing TIMING = Timing.DEFAULT;

    private final PartitionTime time = new PartitionTime(TIMING);

    @Test
    void shouldOnlyMoveForward() {
        assertThat(time.started()).isFalse();
        assertThat(advance(1_000, 1, 0, 0)).isTrue();
        assertThat(advance(1_000, 9, 0, 0)).isFalse();
        assertThat(advance(500, 9, 0, 0)).isFalse();
        assertThat(time.time()).isEqualTo(1_000);
        assertThat(time.epochOf(3)).isEqualTo(1);
    }

    @Test
    void shouldKeepTheEarlierEpochForPanesBeforeTheSwitch() {
        advance(1_000, 1, 2, 50);
        assertThat(time.epochOf(49)).isEqualTo(1);
        assertThat(time.epochOf(50)).isEqualTo(2);
        assertThat(time.lastOfEpoch(0)).isEqualTo(49);
        assertThat(time.lastOfEpoch(50)).isEqualTo(Long.MAX_VALUE);
        advance(2_000, 2, 0, 0);
        assertThat(time.epochOf(49)).isEqualTo(1);
        advance(3_000, 2, 3, 80);
        assertThat(time.epochOf(49)).isEqualTo(1);
        assertThat(time.epochOf(79)).isEqualTo(2);
        assertThat(time.epochOf(80)).isEqualTo(3);
        assertThat(time.within(1, 60)).isEqualTo(49);
        assertThat(time.within(2, 60)).isEqualTo(60);
        assertThat(time.within(3, 60)).isEqualTo(80);
    }

    @Test
    void shouldNotGoBackWhenAClockHasNotHeardOfTheNewestEpoch() {
        advance(1_000, 1, 2, 3);
        advance(2_000, 1, 0, 0);
        assertThat(time.epochOf(3)).isEqualTo(2);
        advance(100_000, 1, 0, 0);
        assertThat(time.epochOf(100)).isEqualTo(2);
    }

    /** Frames up to time + lead may have come under the old epoch already. */
    @Test
    void shouldBeginAnEpochBehindAllPanesThatMayHaveRowsWhenItIsHeardOfLate() {
        advance(100_000, 1, 0, 0);
        advance(104_000, 1, 2, 5);
        assertThat(time.epochOf(11)).isEqualTo(1);
        assertThat(time.epochOf(12)).isEqualTo(2);
        advance(105_000, 4, 0, 0);
        assertThat(time.epochOf(11)).isEqualTo(1);
        assertThat(time.epochOf(12)).as("epoch 2 never began").isEqualTo(4);
    }

    @Test
    void shouldForgetEpochsWhenTheirPanesAreClosedAndRestoreTheOthers() {
        advance(100_000, 1, 2, 20);
        advance(230_000, 2, 0, 0);
        byte[] both = time.toBytes();
        advance(231_000, 2, 0, 0);
        assertThat(time.toBytes()).hasSizeLessThan(both.length);
        assertThat(time.within(1, 7)).as("no longer known").isEqualTo(7);

        PartitionTime restored = new PartitionTime(TIMING);
        restored.restore(both);
        assertThat(restored.time()).isEqualTo(230_000);
        assertThat(restored.epochOf(19)).isEqualTo(1);
        assertThat(restored.epochOf(20)).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> restored.restore(new byte[5]));
    }

    @Test
    void shouldSampleTheStatedShareAndNestSmallerShares() {
        RequestSample tenth = new RequestSample(0.1);
        RequestSample half = new RequestSample(0.5);
        int included = 0;
        for (int i = 0; i < 20_000; i++) {
            String id = "request-" + i;
            included += tenth.includes(id) ? 1 : 0;
            assertThat(half.includes(id) || !tenth.includes(id)).isTrue();
            assertThat(new RequestSample(0).includes(id)).isFalse();
            assertThat(new RequestSample(1).includes(id)).isTrue();
        }
        assertThat(included).isBetween(1_850, 2_150);
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestSample(1.5));
    }

    private boolean advance(long timeMs, long epoch, long next, long firstPane) {
        return time.advance(Tick.newBuilder()
                .setTimeMs(timeMs)
                .setEpoch(epoch)
                .setNextEpoch(next)
                .setNextEpochFirstPane(firstPane)
                .build());
    }
}
