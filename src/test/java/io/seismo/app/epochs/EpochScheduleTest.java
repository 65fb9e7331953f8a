package io.seismo.app.epochs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.spec.Timing;
import io.seismo.wire.Epoch;
import io.seismo.wire.Tick;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochScheduleTest {

    private static final Timing TIMING = new Timing(10_000, 5_000, 10_000);

    @Test
    void shouldNameTheEpochThatGovernsAndTheOneAfterIt() {
        EpochSchedule three = EpochSchedule.of(List.of(epoch(1, 0), epoch(2, 10), epoch(3, 12)));
        assertThat(three.tick(99_999, 4, TIMING)).isEqualTo(tick(99_999, 1, 2, 10));
        assertThat(three.tick(100_000, 4, TIMING)).isEqualTo(tick(100_000, 2, 3, 12));
        assertThat(three.tick(120_000, 4, TIMING)).isEqualTo(tick(120_000, 3, 0, 0));
        assertThat(EpochSchedule.of(List.of(epoch(1, 50))).tick(1_000, 4, TIMING))
                .as("before the first epoch begins there is no other")
                .isEqualTo(tick(1_000, 1, 0, 0));
    }

    @Test
    void shouldRefuseToSayAnythingWithoutAnEpoch() {
        assertThatThrownBy(() -> EpochSchedule.of(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EpochSchedule.of(List.of(epoch(0, 0)))).isInstanceOf(IllegalArgumentException.class);
    }

    private static Epoch epoch(long number, long firstPane) {
        return Epoch.newBuilder().setNumber(number).setFirstPane(firstPane).build();
    }

    private static Tick tick(long timeMs, long epoch, long next, long firstPane) {
        return Tick.newBuilder()
                .setTimeMs(timeMs)
                .setPartitions(4)
                .setEpoch(epoch)
                .setNextEpoch(next)
                .setNextEpochFirstPane(firstPane)
                .build();
    }
}
