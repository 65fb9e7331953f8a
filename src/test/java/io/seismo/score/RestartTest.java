package io.seismo.score;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.activation.Intake;
import io.seismo.activation.MapJournal;
import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.window.BlockKey;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Reason;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A partition that is restored from its journals after every k-th record says what one that never stopped says. */
class RestartTest {

    private static final MonitorPlan PLAN = TestPlans.plan(12);
    private static final int RECORDS = 700;

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,2", "4,3", "5,7", "6,50"})
    void shouldSayTheSameWhenRestoredAfterEveryKthRecord(long seed, int every) {
        List<byte[]> values = Traffic.values(seed, RECORDS);
        Run straight = run(values, RECORDS + 1, "");
        Run restarted = run(values, every, "");

        assertThat(restarted.log()).isEqualTo(straight.log());
        assertThat(straight.log()).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r/", "p/", "s/", "t", "n"})
    void shouldNoticeWhenOnePartOfTheStateIsLost(String lost) {
        List<byte[]> values = Traffic.values(3, RECORDS);
        Run straight = run(values, RECORDS + 1, "");
        List<Recorder.Entry> damaged;
        try {
            damaged = run(values, 250, lost).log();
        } catch (IllegalArgumentException e) {
            // Without time the next frame comes before the first tick, and says so.
            damaged = List.of();
        }
        assertThat(damaged).isNotEqualTo(straight.log());
    }

    @Test
    void shouldMeetEveryKindOfTrafficInTheStreamsOfThisTest() {
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        Recorder recorder = new Recorder();
        for (long seed = 1; seed <= 6; seed++) {
            Run run = run(Traffic.values(seed, RECORDS), RECORDS + 1, "");
            reasons.addAll(run.reasons());
            recorder.scores.addAll(run.recorder().scores);
            recorder.breaches.addAll(run.recorder().breaches);
            recorder.partials.addAll(run.recorder().partials);
        }
        assertThat(reasons)
                .contains(
                        Reason.REASON_LATE,
                        Reason.REASON_AHEAD,
                        Reason.REASON_DUPLICATE,
                        Reason.REASON_OUT_OF_ORDER,
                        Reason.REASON_STALE_SOURCE,
                        Reason.REASON_UNKNOWN_MODEL,
                        Reason.REASON_CHECKSUM,
                        Reason.REASON_MALFORMED,
                        Reason.REASON_UNPARSABLE);
        assertThat(recorder.scores.stream().map(score -> score.getClosedBy().name()))
                .contains("CLOSE_REASON_END", "CLOSE_REASON_IDLE", "CLOSE_REASON_EVICTED");
        assertThat(recorder.breaches).isNotEmpty();
        assertThat(recorder.partials).anyMatch(p -> p.getMarker().getTotals().getOrphans() > 0);
        assertThat(recorder.partials).anyMatch(p -> p.getMarker().getTotals().getRowsSink() > 0);
        assertThat(recorder.partials).anyMatch(p -> p.getMarker().getTotals().getFramesMissing() > 0);
        assertThat(recorder.partials).anyMatch(p -> p.getMarker().getTotals().getRowsAccounted() > 0);
        assertThat(recorder.partials).anyMatch(p -> p.getMarker().getTopCount() > 0);
        assertThat(recorder.partials)
                .anyMatch(p -> p.getMarker().getLastPane() > p.getMarker().getFirstPane());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void shouldCountEveryRowOnceUnderAKindOrAsAnOrphan(long seed) {
        Run run = run(Traffic.values(seed, RECORDS), RECORDS + 1, "");
        for (var partial : run.recorder().partials) {
            var totals = partial.getMarker().getTotals();
            assertThat(totals.getRowsScored()
                            + totals.getRowsSpecial()
                            + totals.getRowsPadding()
                            + totals.getRowsFirst()
                            + totals.getRowsSink()
                            + totals.getOrphans())
                    .isEqualTo(totals.getRowsSeen());
        }
    }

    private record Run(List<Recorder.Entry> log, Recorder recorder, Set<Reason> reasons) {}

    /** Drives a stream, restoring both state machines after every k-th record without the entries of a lost prefix. */
    private static Run run(List<byte[]> values, int every, String lost) {
        Recorder recorder = new Recorder();
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        MapJournal gate = new MapJournal();
        MapJournal state = new MapJournal();
        Intake intake = new Intake(Plans.only(PLAN), any -> TestPlans.encoders(), gate);
        PartitionScorer scorer = new PartitionScorer(Plans.only(PLAN), 1, ScoreJournals.of(state), recorder);
        for (int i = 0; i < values.size(); i++) {
            FeatureRecord features = intake.accept(values.get(i), TestFrames.origin(i), "activations", -1);
            recorder.log.add(new Recorder.Entry("features", features.toByteString()));
            scorer.accept(features);
            if (features.hasRefusal()) {
                reasons.add(features.getRefusal().getReason());
            }
            if ((i + 1) % every == 0) {
                assertThat(lost.isEmpty() && !same(scorer.snapshot(), state.entries()))
                        .isFalse();
                intake = new Intake(Plans.only(PLAN), any -> TestPlans.encoders(), gate);
                gate.entries().forEach(intake::restore);
                scorer = new PartitionScorer(Plans.only(PLAN), 1, ScoreJournals.of(state), recorder);
                kept(state, lost).descendingMap().forEach(scorer::restore);
            }
        }
        return new Run(recorder.log, recorder, reasons);
    }

    private static TreeMap<String, byte[]> kept(MapJournal journal, String lost) {
        TreeMap<String, byte[]> copy = new TreeMap<>(BlockKey.ORDER);
        journal.entries().forEach((key, value) -> {
            if (lost.isEmpty() || !key.startsWith(lost)) {
                copy.put(key, value.clone());
            }
        });
        return copy;
    }

    private static boolean same(SortedMap<String, byte[]> a, SortedMap<String, byte[]> b) {
        return a.keySet().equals(b.keySet())
                && a.keySet().stream().allMatch(key -> java.util.Arrays.equals(a.get(key), b.get(key)));
    }
}
