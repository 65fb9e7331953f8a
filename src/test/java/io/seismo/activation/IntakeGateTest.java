package io.seismo.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.spec.Timing;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Tick;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeGateTest {

    private static final long NOW = 5_000_000;

    private final MapJournal journal = new MapJournal();
    private final IntakeGate gate = new IntakeGate(Timing.DEFAULT, journal);

    @Test
    void shouldForgetTheLeastRecentSourceWhenThereAreTooMany() {
        tick(NOW);
        for (int i = 0; i < IntakeGate.MAX_SOURCES; i++) {
            gate.accept(frame("s" + i, 9, NOW));
        }
        tick(NOW + 1_000);
        gate.accept(frame("s0", 10, NOW));
        gate.accept(frame("new", 1, NOW));

        assertThat(journal.entries()).hasSize(IntakeGate.MAX_SOURCES + 1).doesNotContainKey("s/s1");
        assertThat(gate.refuse(frame("s0", 10, NOW))).isEqualTo(Reason.REASON_DUPLICATE);
        assertThat(gate.refuse(frame("s1", 9, NOW))).isNull();
    }

    @Test
    void shouldForgetASourceWhenItWasQuietForAnHour() {
        tick(NOW);
        gate.accept(frame("a", 9, NOW));
        tick(NOW + IntakeGate.FORGET_MS - 1);
        assertThat(journal.entries()).containsKey("s/a");
        tick(NOW + IntakeGate.FORGET_MS);
        assertThat(journal.entries()).containsOnlyKeys("t");
        assertThat(gate.missing(frame("a", 500, NOW))).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldAgreeWithASetOfAcceptedNumbersWhenSequencesAreRandom(long seed) {
        Random random = new Random(seed);
        TreeSet<Long> accepted = new TreeSet<>();
        tick(NOW);
        long last = 0;
        for (int i = 0; i < 5_000; i++) {
            long seq = Math.max(1, last + random.nextInt(140) - 110);
            Frame frame = frame("a", seq, NOW);
            Reason reason = gate.refuse(frame);
            if (seq > last) {
                assertThat(reason).isNull();
                assertThat(gate.missing(frame)).isEqualTo(last == 0 ? 0 : seq - last - 1);
                gate.accept(frame);
                accepted.add(seq);
                last = seq;
            } else {
                boolean duplicate = last - seq <= 64 && accepted.contains(seq);
                assertThat(reason).isEqualTo(duplicate ? Reason.REASON_DUPLICATE : Reason.REASON_OUT_OF_ORDER);
            }
            if (random.nextInt(20) == 0) {
                IntakeGate restored = new IntakeGate(Timing.DEFAULT, new MapJournal());
                journal.entries().forEach(restored::restore);
                assertThat(restored.refuse(frame)).isEqualTo(gate.refuse(frame));
            }
        }
        assertThat(accepted.size()).isGreaterThan(100);
    }

    @Test
    void shouldRefuseAKeyThatIsNotItsOwn() {
        assertThatIllegalArgumentException().isThrownBy(() -> gate.restore("x", new byte[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> gate.restore("t", new byte[1]));
    }

    private void tick(long timeMs) {
        gate.tick(Tick.newBuilder().setTimeMs(timeMs).build());
    }

    private static Frame frame(String source, long seq, long timestampMs) {
        return Frame.newBuilder()
                .setSourceId(source)
                .setSourceSeq(seq)
                .setTimestampMs(timestampMs)
                .build();
    }
}
