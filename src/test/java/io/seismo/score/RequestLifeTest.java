package io.seismo.score;

import static io.seismo.score.Rig.T0;
import static io.seismo.score.Rig.end;
import static io.seismo.score.Rig.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.CloseReason;
import io.seismo.wire.Dtype;
import io.seismo.wire.Outcome;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RequestScore;
import io.seismo.wire.WatchScore;
import org.junit.jupiter.api.Test;

class RequestLifeTest {

    @Test
    void shouldScoreARequestAndCloseItWhenItsEndArrives() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 3), 1f, 5f);
        rig.send(T0 + 1, end(rows("r", 3, 2)), 3f, 1f);

        RequestScore score = rig.out.scores.get(0);
        assertThat(score.getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_END);
        assertThat(score.getOutcome()).isEqualTo(Outcome.OUTCOME_COMPLETED);
        assertThat(score.getRows()).isEqualTo(5);
        // Position 0 is not scored.
        assertThat(score.getRowsScored()).isEqualTo(4);
        assertThat(score.getRowsExpected()).isEqualTo(9);
        assertThat(score.getSeenPane()).isEqualTo(100);
        assertThat(score.getFirst().getOffset()).isEqualTo(1);
        assertThat(score.getLast().getOffset()).isEqualTo(2);
        WatchScore both = score.getScores(0);
        assertThat(both.getWatch()).isEqualTo("both");
        assertThat(both.getScore()).isEqualTo(5f);
        assertThat(both.getTokenMaxPosition()).isEqualTo(1);
        assertThat(both.getFired()).isTrue();
        assertThat(both.getPeaksList()).extracting("position").containsExactly(1, 2, 3, 4);
        // ema(0.5) over 1 1 3 3: .5 .75 1.875 2.4375
        assertThat(score.getScores(1).getScore()).isEqualTo(2.4375f);
        assertThat(rig.requests.entries()).isEmpty();

        rig.tick(T0 + 20_000);
        PaneTotals totals = rig.totals(100);
        assertThat(totals.getRequestsSeen()).isEqualTo(1);
        assertThat(totals.getRowsSeen()).isEqualTo(5);
        assertThat(totals.getRowsFirst()).isEqualTo(1);
        assertThat(totals.getRowsScored()).isEqualTo(4);
        assertThat(totals.getFrames()).isEqualTo(2);
        assertThat(rig.watch(100, "both").fired()).isEqualTo(1);
        assertThat(rig.watch(100, "both").closed()).isEqualTo(1);
        assertThat(rig.watch(100, "both").tokens()).isEqualTo(4);
        assertThat(rig.watch(100, "both").tokensAbove()).isEqualTo(2);
        assertThat(rig.watch(100, "both").breaches(0)).isEqualTo(1);
        assertThat(rig.watch(100, "both").breaches(1)).isZero();
    }

    @Test
    void shouldCountOrphansWhenARequestStartsAboveItsCachedPrefix() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 4, 2), 9f);
        rig.send(T0, rows("r", 6, 0), 9f);
        rig.send(T0, rows("s", 4, 2).toBuilder().setCachedPrefix(4).build(), 0f);
        rig.tick(T0 + 20_000);
        assertThat(rig.totals(100).getOrphans()).isEqualTo(2);
        assertThat(rig.totals(100).getRowsSeen()).isEqualTo(4);
        assertThat(rig.totals(100).getRowsScored()).isEqualTo(2);
        assertThat(rig.totals(100).getRequestsSeen()).isEqualTo(1);
    }

    @Test
    void shouldSkipASegmentWhenItGoesBackAndGoOnAfterAGap() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 3), 0f);
        rig.send(T0, end(rows("r", 2, 3)), 9f);
        rig.send(T0, rows("r", 10, 1), 0f);
        rig.send(T0, end(rows("r", 0, 0)), 0f);
        rig.tick(T0 + 20_000);
        assertThat(rig.totals(100).getOrphans()).isEqualTo(3);
        assertThat(rig.out.scores).hasSize(1);
        assertThat(rig.out.scores.get(0).getRows()).isEqualTo(4);
        assertThat(rig.out.scores.get(0).getScores(1).getScore()).isZero();
    }

    @Test
    void shouldExpireRequestsInOrderOfDeadlineAndIdWhenTicksPassThem() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0 + 1, rows("b", 0, 2), 0f);
        rig.send(T0 + 1, rows("a", 0, 2), 0f);
        rig.send(T0, rows("c", 0, 2), 0f);
        rig.tick(T0 + 59_999);
        assertThat(rig.out.scores).isEmpty();
        rig.tick(T0 + 60_000);
        assertThat(rig.out.scores).extracting(RequestScore::getRequestId).containsExactly("c");
        rig.tick(T0 + 61_000);
        assertThat(rig.out.scores).extracting(RequestScore::getRequestId).containsExactly("c", "a", "b");
        assertThat(rig.out.scores.get(1).getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_IDLE);
        rig.tick(T0 + 81_000);
        assertThat(rig.watch(106, "both").closed()).isEqualTo(3);
    }

    @Test
    void shouldCloseByAgeWhenARequestNeverRests() {
        Rig rig = new Rig();
        rig.tick(T0);
        for (int i = 0; i <= 20; i++) {
            rig.tick(T0 + i * 30_000L);
            rig.send(T0 + i * 30_000L, rows("r", i, 1), 0f);
        }
        assertThat(rig.out.scores).hasSize(1);
        assertThat(rig.out.scores.get(0).getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_AGE);
        assertThat(rig.out.scores.get(0).getRows()).isEqualTo(20);
    }

    @Test
    void shouldEvictTheOldestWhenTooManyAreOpen() {
        Rig rig = new Rig(TestPlans.plan(2));
        rig.tick(T0);
        rig.send(T0 + 1, rows("b", 0, 2), 0f);
        rig.send(T0, rows("c", 0, 2), 0f);
        rig.send(T0 - 5, rows("a", 0, 2), 0f);
        assertThat(rig.out.scores).extracting(RequestScore::getRequestId).containsExactly("c");
        assertThat(rig.out.scores.get(0).getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_EVICTED);
        rig.send(T0 + 1, rows("d", 0, 2), 0f);
        assertThat(rig.out.scores).extracting(RequestScore::getRequestId).containsExactly("c", "a");
        rig.tick(T0 + 20_000);
        assertThat(rig.totals(99).getEvictions() + rig.totals(100).getEvictions())
                .isEqualTo(2);
    }

    @Test
    void shouldCloseARequestWhenTheEpochChangedUnderIt() {
        Rig rig = twoEpochs();
        rig.give(announcement(T0, 102));
        rig.send(T0, rows("r", 0, 2), 0f);
        rig.tick(T0 + 15_000);
        rig.send(T0 + 20_000, rows("r", 2, 2), 0f);
        rig.tick(T0 + 50_000);
        assertThat(rig.out.scores.get(0).getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_EPOCH);
        assertThat(rig.out.scores.get(0).getEpoch()).isEqualTo(1);
        assertThat(rig.out.scores.get(0).getRows()).isEqualTo(2);
        assertThat(rig.totals(102).getOrphans()).isEqualTo(2);
        assertThat(rig.closedIn(101)).isEqualTo(1);
        assertThat(rig.closedIn(102)).isZero();
    }

    @Test
    void shouldCloseWhatIsOpenInTheLastPaneOfItsEpochWhenNothingMoreComes() {
        Rig rig = twoEpochs();
        rig.give(announcement(T0, 102));
        rig.send(T0, rows("r", 0, 2), 0f);
        rig.tick(T0 + 20_000);
        assertThat(rig.out.scores).isEmpty();
        rig.tick(T0 + 30_000);
        assertThat(rig.out.scores).extracting(RequestScore::getRequestId).containsExactly("r");
        assertThat(rig.out.scores.get(0).getClosedBy()).isEqualTo(CloseReason.CLOSE_REASON_EPOCH);
        assertThat(rig.closedIn(101)).isEqualTo(1);
    }

    @Test
    void shouldNotLetALateFrameOfAnOlderEpochTouchANewerRequest() {
        Rig rig = twoEpochs();
        rig.give(announcement(T0, 102));
        rig.tick(T0 + 21_000);
        rig.send(T0 + 20_000, rows("r", 0, 2), 0f);
        rig.send(T0 + 19_000, rows("r", 2, 2), 0f);
        rig.send(T0 + 21_000, rows("r", 2, 3), 0f);
        rig.tick(T0 + 200_000);
        assertThat(rig.out.scores).hasSize(1);
        assertThat(rig.out.scores.get(0).getRows()).isEqualTo(5);
        assertThat(rig.out.scores.get(0).getEpoch()).isEqualTo(2);
        assertThat(rig.totals(101).getOrphans()).isEqualTo(2);
    }

    private static Rig twoEpochs() {
        return new Rig(TestPlans.plan(100), TestPlans.plan(2, Dtype.DTYPE_F32, 100));
    }

    private static ActivationRecord announcement(long timeMs, long firstPane) {
        ActivationRecord.Builder tick = TestFrames.tick(timeMs).toBuilder();
        tick.getTickBuilder().setNextEpoch(2).setNextEpochFirstPane(firstPane);
        return tick.build();
    }

    @Test
    void shouldBreachAtOnceAndOnceWhenACapIsCrossed() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 2), 0f, 4f);
        assertThat(rig.out.breaches).isEmpty();
        rig.send(T0, rows("r", 2, 3), 0f, 7f);
        assertThat(rig.out.breaches).extracting("detector").containsExactly("never", "ultra");
        assertThat(rig.out.breaches.get(0).getPosition()).isEqualTo(2);
        assertThat(rig.out.breaches.get(0).getScore()).isEqualTo(7f);
        rig.send(T0, rows("r", 5, 3), 0f, 9f);
        assertThat(rig.out.breaches).hasSize(2);
    }

    @Test
    void shouldFireInThePaneOfTheFirstCrossingOnly() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 2), 0f);
        rig.send(T0 + 10_000, rows("r", 2, 2), 0f, 3f);
        rig.tick(T0 + 9_000);
        rig.tick(T0 + 15_000);
        rig.send(T0 + 20_000, end(rows("r", 4, 2)), 0f, 3.5f);
        rig.tick(T0 + 60_000);
        assertThat(rig.watch(100, "both").fired()).isZero();
        assertThat(rig.watch(101, "both").fired()).isEqualTo(1);
        assertThat(rig.watch(102, "both").fired()).isZero();
        assertThat(rig.watch(102, "both").closed()).isEqualTo(1);
        assertThat(rig.out.scores.get(0).getScores(0).getFiredPane()).isEqualTo(101);
        assertThat(rig.out.scores.get(0).getSeenPane()).isEqualTo(100);
    }

    @Test
    void shouldSettleCoverageWhenHeartbeatsArrive() {
        Rig rig = new Rig();
        rig.tick(T0);
        rig.send(T0, rows("r", 0, 5), 0f);
        rig.give(TestFrames.heartbeat("a", 1, T0 + 1, 8));
        rig.send(T0 + 2, rows("r", 5, 2), 0f);
        rig.give(TestFrames.heartbeat("a", 1, T0 + 3, 10));
        rig.give(TestFrames.heartbeat("a", 2, T0 + 4, 3));
        // Of a source that nobody saw begin, the first heartbeat is only where counting starts.
        rig.give(TestFrames.heartbeat("quiet", 1, T0 + 4, 700));
        rig.give(TestFrames.heartbeat("quiet", 1, T0 + 5, 707));
        rig.tick(T0 + 20_000);
        assertThat(rig.totals(100).getRowsServed()).isEqualTo(8 + 2 + 3 + 7);
        assertThat(rig.totals(100).getRowsAccounted()).isEqualTo(7);
        assertThat(rig.totals(100).getSources()).isEqualTo(2);
    }
}
