package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.reference.PlanFixture;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A replay from the origin or from any snapshot gives what was live, over more than two hours. */
class SnapshotLawTest {

    private static LiveRun live;

    @BeforeAll
    static void runLive() {
        live = LiveRun.of(
                PlanFixture.plan(2, 2),
                TrafficGenerator.generate(5, TrafficSettings.wild().withMinutes(130))
                        .records());
    }

    @Test
    void shouldEqualLiveWhenStartedFromTheOrigin() {
        Comparison.Result result =
                live.verify(live.course(StartPoint.ORIGIN), live.recordedFeatures(StartPoint.ORIGIN));

        assertThat(result.differences()).isEmpty();
        assertThat(result.panes()).isGreaterThan(1_500);
        assertThat(result.transitions()).isGreaterThan(10);
    }

    @Test
    void shouldEqualLiveWhenStartedFromEachSnapshot() {
        List<StartPoint> starts = starts();

        assertThat(starts).hasSize(2);
        for (StartPoint start : starts) {
            Comparison.Result features = live.verify(live.course(start), live.recordedFeatures(start));
            assertThat(features.differences()).isEmpty();
            assertThat(features.panes()).isGreaterThan(250);
            assertThat(features.transitions()).isPositive();
        }
    }

    @Test
    void shouldEqualLiveWhenActivationsAreEncodedAgainFromASnapshot() {
        StartPoint start = starts().get(1);

        Comparison.Result result = live.verify(live.course(start), live.reencoded(start));

        assertThat(result.differences()).isEmpty();
        assertThat(result.panes()).isGreaterThan(250);
    }

    @Test
    void shouldEqualLiveWhenOneScorerHasNoSnapshot() {
        StartPoint start = starts().get(0);
        StartPoint half = new StartPoint(
                start.pane(), start.watch(), Map.of(1, start.score().get(1)));

        Comparison.Result result = live.verify(live.course(half), live.recordedFeatures(half));

        assertThat(result.differences()).isEmpty();
    }

    @Test
    void shouldDifferWhenOpenRequestsAreLeftOut() {
        StartPoint start = starts().get(0);
        Map<Integer, List<Snapshot>> bare = new TreeMap<>();
        start.score().forEach((p, chunks) -> bare.put(p, List.of(without("score/r/", chunks))));

        Comparison.Result result = live.verify(
                live.course(new StartPoint(start.pane(), start.watch(), bare)), live.recordedFeatures(start));

        assertThat(result.differences()).isNotEmpty();
        assertThat(result.differences().get(0).place().pane()).isEqualTo(start.pane() + 1);
    }

    @Test
    void shouldDifferWhenTheBaselinesAreLeftOut() {
        StartPoint start = starts().get(1);
        Map<Integer, List<Snapshot>> bare = new TreeMap<>();
        start.watch().forEach((w, chunks) -> bare.put(w, List.of(without("b/", chunks))));

        Comparison.Result result = live.verify(
                live.course(new StartPoint(start.pane(), bare, start.score())), live.recordedFeatures(start));

        assertThat(result.differences()).extracting(Comparison.Difference::what).contains("alerts");
    }

    private static Snapshot without(String prefix, List<Snapshot> chunks) {
        Snapshot.Builder bare = chunks.get(0).toBuilder().clearEntries().setChunks(1);
        chunks.forEach(chunk -> chunk.getEntriesList().stream()
                .filter(entry -> !entry.getKey().startsWith(prefix))
                .forEach(bare::addEntries));
        return bare.build();
    }

    private static List<StartPoint> starts() {
        List<StartPoint> starts = new ArrayList<>();
        for (long pane : live.snapshots().panes(0)) {
            starts.add(live.snapshots().atOrBefore(pane));
        }
        return starts;
    }
}
