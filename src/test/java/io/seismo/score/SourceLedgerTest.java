package io.seismo.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seismo.activation.MapJournal;
import io.seismo.detector.CoverageFloor;
import io.seismo.detector.Verdict;
import io.seismo.window.StateWriter;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.PaneTotals;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as served and as seen, and from where on. */
class SourceLedgerTest {

    private static final long HOUR = 3_600_000;
    private static final CoverageFloor FLOOR = new CoverageFloor(0.98);

    private final MapJournal journal = new MapJournal();
    private SourceLedger ledger = new SourceLedger(journal);
    private Totals totals = new Totals();
    private long time = 1_000_000;

    @BeforeEach
    void tick() {
        ledger.tick(time);
    }

    @Test
    void shouldCountFromZeroWhenTheFirstFrameHasNumberOne() {
        frame("a", 1, 1, 5);
        frame("a", 1, 2, 2);
        heartbeat("a", 1, 8);
        assertSettled(7, 8);
    }

    @Test
    void shouldOnlySetTheBaseWhenASourceIsMetInTheMiddle() {
        frame("a", 1, 900_001, 5);
        heartbeat("a", 1, 40_000_000);
        assertSettled(0, 0);

        frame("a", 1, 900_002, 6);
        heartbeat("a", 1, 40_000_008);
        assertSettled(6, 8);
    }

    @Test
    void shouldOnlySetTheBaseWhenAnUnknownSourceBeginsWithAHeartbeat() {
        heartbeat("a", 1, 700);
        assertSettled(0, 0);
        // A frame with number 1 behind it does not take the base back: the counter has been read.
        frame("a", 1, 1, 3);
        heartbeat("a", 1, 703);
        assertSettled(3, 3);
    }

    @Test
    void shouldCountFromZeroWhenTheFirstHeartbeatSaysZero() {
        heartbeat("a", 1, 0);
        frame("a", 1, 1, 4);
        heartbeat("a", 1, 4);
        assertSettled(4, 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCountFromZeroWhenAKnownSourceStartsAgain(boolean frameFirst) {
        frame("a", 7, 44, 1);
        if (frameFirst) {
            // Frames 1 and 2 of the new epoch went missing: their rows are a loss, not something unknown.
            frame("a", 8, 3, 10);
        }
        heartbeat("a", 8, 30);
        assertSettled(frameFirst ? 10 : 0, 30);
    }

    @ParameterizedTest
    @CsvSource({"3599999, 12, 12", "3600000, 0, 0"})
    void shouldNotTakeAWholePastForServedNowWhenASourceWasSilentForAnHour(long silenceMs, long seen, long served) {
        frame("a", 1, 1, 1_000_000);
        heartbeat("a", 1, 1_000_000);
        assertSettled(1_000_000, 1_000_000);

        advance(silenceMs);
        frame("a", 1, 2, 12);
        heartbeat("a", 1, 1_000_012);
        assertSettled(seen, served);

        frame("a", 1, 3, 9);
        heartbeat("a", 1, 1_000_021);
        assertThat(verdict().deviant()).isFalse();
        assertSettled(9, 9);
    }

    @Test
    void shouldTakeNothingForServedWhenASilentSourceComesBackWithAHeartbeat() {
        frame("a", 1, 1, 1_000_000);
        heartbeat("a", 1, 1_000_000);
        settle();
        advance(HOUR);
        heartbeat("a", 1, 1_000_000);
        assertThat(verdict().guard()).contains("coverage unknown");
        assertSettled(0, 0);
    }

    /** The control of all this leniency: a source that loses everything is seen to, at most one heartbeat later. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000})
    void shouldCollapseCoverageFromTheSecondHeartbeatOnWhenEveryFrameIsLost(long before) {
        heartbeat("a", 1, before);
        assertSettled(0, 0);
        for (long beat = 1; beat < 5; beat++) {
            heartbeat("a", 1, before + beat * 500);
            assertThat(verdict().deviant()).isTrue();
            assertSettled(0, 500);
        }
    }

    @Test
    void shouldCollapseCoverageWhenFramesStopBetweenTwoHeartbeats() {
        frame("a", 1, 5_000, 100);
        heartbeat("a", 1, 9_000_000);
        settle();
        heartbeat("a", 1, 9_000_400);
        assertThat(verdict().deviant()).isTrue();
    }

    @Test
    void shouldIgnoreRowsAndCountersWhenTheyAreOfAnOlderEpoch() {
        frame("a", 5, 1, 1);
        frame("a", 4, 1, 100);
        heartbeat("a", 4, 100);
        heartbeat("a", 5, 1);
        assertSettled(1, 1);
    }

    @Test
    void shouldCountNothingTwiceWhenACounterStandsStillOrFalls() {
        frame("a", 1, 1, 10);
        heartbeat("a", 1, 10);
        heartbeat("a", 1, 10);
        heartbeat("a", 1, 4);
        heartbeat("a", 1, 11);
        assertSettled(10, 11);
    }

    @Test
    void shouldGoOnAsBeforeWhenRestoredBetweenAnyTwoRecords() {
        frame("met", 1, 77, 5);
        frame("begun", 1, 1, 5);
        restart();
        heartbeat("met", 1, 1_000);
        heartbeat("begun", 1, 6);
        assertSettled(5, 6);
        restart();
        frame("met", 1, 78, 2);
        restart();
        heartbeat("met", 1, 1_003);
        assertSettled(2, 3);
    }

    /** Version 1 did not say whether a counter had a base: one that had counted had. */
    @ParameterizedTest
    @CsvSource({"900, 4, 10", "0, 0, 0"})
    void shouldReadAnAccountOfVersionOne(long served, long seen, long counted) {
        ledger.restore("a", version1(served));
        heartbeat("a", 3, served + 10);
        assertSettled(seen, counted);
    }

    @Test
    void shouldRefuseAnAccountWhenItsVersionOrItsFlagIsUnknown() {
        frame("a", 1, 1, 1);
        byte[] stored = journal.entries().get("s/a");
        for (int version : new int[] {0, 3, 255}) {
            byte[] other = stored.clone();
            other[0] = (byte) version;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.restore("a", other))
                    .withMessageContaining("source account");
        }
        byte[] flag = stored.clone();
        flag[flag.length - 1] = 2;
        assertThatIllegalArgumentException().isThrownBy(() -> ledger.restore("a", flag));
    }

    private static byte[] version1(long served) {
        return new StateWriter()
                .u8(1)
                .varint(3)
                .varint(4)
                .varint(served)
                .varint(1_000_000)
                .varint(100)
                .i64(1)
                .toByteArray();
    }

    private void frame(String source, long epoch, long seq, long rows) {
        EncodedFrame frame = EncodedFrame.newBuilder()
                .setSourceId(source)
                .setSourceEpoch(epoch)
                .setSourceSeq(seq)
                .build();
        ledger.frame(frame, rows, moment());
    }

    private void heartbeat(String source, long epoch, long served) {
        ledger.heartbeat(
                Heartbeat.newBuilder()
                        .setSourceId(source)
                        .setSourceEpoch(epoch)
                        .setRowsServed(served)
                        .build(),
                moment());
    }

    private SourceLedger.Moment moment() {
        return new SourceLedger.Moment(time, Math.floorDiv(time, 10_000), totals);
    }

    private void advance(long ms) {
        time += ms;
        ledger.tick(time);
    }

    private void restart() {
        SortedMap<String, byte[]> stored = journal.entries();
        ledger = new SourceLedger(journal);
        stored.forEach((key, value) -> ledger.restore(key.substring(SourceLedger.KEY_PREFIX.length()), value));
    }

    private Verdict verdict() {
        PaneTotals now = totals.toProto();
        return FLOOR.verdict(new CoverageFloor.Window(0, now.getRowsAccounted(), now.getRowsServed(), 0));
    }

    private void assertSettled(long seen, long served) {
        PaneTotals now = settle();
        assertThat(now.getRowsAccounted()).as("rows accounted").isEqualTo(seen);
        assertThat(now.getRowsServed()).as("rows served").isEqualTo(served);
    }

    private PaneTotals settle() {
        PaneTotals now = totals.toProto();
        totals = new Totals();
        return now;
    }
}
