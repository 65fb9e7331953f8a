package io.seismo.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RingTest {

    @Test
    void shouldCoverAnHourADayAndAWeekWhenFull() {
        assertThat(Ring.MINUTES.slots() * Ring.MINUTES.slotMs()).isEqualTo(3_600_000);
        assertThat(Ring.HOURS.slots() * Ring.HOURS.slotMs()).isEqualTo(86_400_000);
        assertThat(Ring.WEEK.slots() * Ring.WEEK.slotMs()).isEqualTo(7 * 86_400_000L);
    }

    @Test
    void shouldUseEachPlaceOnceATurnWhenTimePasses() {
        for (Ring ring : Ring.values()) {
            Set<String> places = new TreeSet<>();
            long first = ring.slot(1_795_000_000_000L);
            for (long slot = first; slot < first + 3L * ring.slots(); slot++) {
                places.add(ring.key("f/sae/000001", slot));
                assertThat(ring.key("f/sae/000001", slot)).startsWith(ring.prefix("f/sae/000001"));
            }
            assertThat(places).hasSize(ring.slots());
        }
        assertThat(Ring.MINUTES.key("w/x", 61)).isEqualTo("r/m/w/x/001");
    }

    @Test
    void shouldForgetAnEarlierTurnWhenReadForThisOne() {
        byte[] stored = new RollUp(7, RollUp.counts(1, 2)).toBytes();
        assertThat(RollUp.payload(stored, 7)).isEqualTo(RollUp.counts(1, 2));
        assertThat(RollUp.payload(stored, 7 + 60)).isNull();
        assertThat(RollUp.payload(null, 7)).isNull();
    }

    @Test
    void shouldKeepItsBytesWhenWrittenAsVersionOne() {
        assertThat(new RollUp(258, RollUp.counts(3)).toBytes())
                .asHexString()
                .isEqualToIgnoringCase("0100000000000001020000000000000003");
        assertThat(RollUp.counts(RollUp.counts(4, 5), 2)).containsExactly(4, 5);
        assertThat(RollUp.counts(null, 2)).containsExactly(0, 0);
    }

    @Test
    void shouldRefuseBytesWhenVersionOrLengthIsWrong() {
        byte[] stored = new RollUp(7, new byte[0]).toBytes();
        stored[0] = 2;
        assertThatThrownBy(() -> RollUp.fromBytes(stored)).hasMessageContaining("version 1");
        assertThatThrownBy(() -> RollUp.fromBytes(new byte[3])).hasMessageContaining("version 1");
        assertThatThrownBy(() -> RollUp.counts(new byte[7], 1)).hasMessageContaining("7 bytes");
    }
}
