package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.wire.Tick;
import org.junit.jupiter.api.Test;

class PartitionTimeTest {

    private final PartitionTime time = new PartitionTime();

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
        advance(2_000, 2, 0, 0);
        assertThat(time.epochOf(49)).isEqualTo(1);
        assertThat(time.epochOf(50)).isEqualTo(2);
        advance(3_000, 2, 3, 80);
        assertThat(time.epochOf(79)).isEqualTo(2);
        assertThat(time.epochOf(80)).isEqualTo(3);
        PartitionTime restored = new PartitionTime();
        restored.restore(time.toBytes());
        assertThat(restored.epochOf(79)).isEqualTo(2);
        assertThat(restored.epochOf(80)).isEqualTo(3);
        assertThat(restored.time()).isEqualTo(3_000);
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
