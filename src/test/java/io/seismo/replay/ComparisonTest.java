package io.seismo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Panes are compared as they come, and what has been compared is forgotten. */
class ComparisonTest {

    private static final Recorded.Range ALL = new Recorded.Range(Long.MIN_VALUE, Long.MAX_VALUE);

    private final SortedMap<Place, List<AlertCore>> liveAlerts = new TreeMap<>();

    @Test
    void shouldReadTheLogNoFurtherThanTheReplayHasCome() {
        AtomicLong read = new AtomicLong();
        Iterator<PaneDigest> endless = LongStream.range(0, 1_000_000_000_000L)
                .peek(pane -> read.incrementAndGet())
                .mapToObj(pane -> digest(0, pane, "same"))
                .iterator();
        Comparison comparison = comparison(ALL, endless);

        LongStream.range(0, 100).forEach(pane -> comparison.digest(digest(0, pane, "same")));

        // The next one has been looked at: the log might hold a pane twice.
        assertThat(read.get()).isEqualTo(101);
    }

    @Test
    void shouldNamePanesThatDifferAndThoseOfOneSideOnly() {
        Comparison comparison = comparison(ALL, digests(0, 1, 2, 4, 5), digests(1, 1, 3));

        comparison.digest(digest(0, 1, "same"));
        comparison.digest(digest(0, 3, "same"));
        comparison.digest(digest(0, 4, "other"));
        comparison.digest(digest(1, 1, "same"));
        comparison.digest(digest(1, 2, "same"));
        comparison.digest(digest(1, 3, "same"));
        Comparison.Result result = comparison.result();

        assertThat(result.differences())
                .extracting(found -> found.place().pane() + "/" + found.place().watchPartition() + " " + found.what())
                .containsExactly("2/0 missing", "2/1 extra", "3/0 extra", "4/0 statistics", "5/0 missing");
        assertThat(result.panes()).isEqualTo(8);
    }

    @Test
    void shouldNotComparePanesThatLiveHasNotComeTo() {
        Comparison comparison = comparison(ALL, digests(0, 1));

        comparison.digest(digest(0, 1, "same"));
        comparison.digest(digest(0, 2, "same"));

        assertThat(comparison.result()).isEqualTo(new Comparison.Result(1, 0, List.of()));
    }

    @Test
    void shouldNameAPaneThatTheLogHasTwice() {
        Comparison comparison = comparison(ALL, digests(0, 1, 1, 2));

        comparison.digest(digest(0, 1, "same"));
        comparison.digest(digest(0, 2, "same"));

        assertThat(comparison.result().differences())
                .extracting(Comparison.Difference::detail)
                .containsExactly("the log has this pane's digest twice");
    }

    @Test
    void shouldCompareAlertsOfAPaneWithItsDigest() {
        liveAlerts.put(new Place(1, 0), List.of(alert("a", 1)));
        liveAlerts.put(new Place(2, 0), List.of(alert("b", 2)));
        Comparison comparison = comparison(ALL, digests(0, 1, 2, 3));

        comparison.transition(moved("a", 1));
        comparison.digest(digest(0, 1, "same"));
        comparison.digest(digest(0, 2, "same"));
        comparison.transition(moved("c", 3));
        comparison.digest(digest(0, 3, "same"));
        Comparison.Result result = comparison.result();

        assertThat(result.transitions()).isEqualTo(2);
        assertThat(result.differences())
                .extracting(found -> found.place().pane() + " " + found.what())
                .containsExactly("2 alerts", "3 alerts");
    }

    @Test
    void shouldKeepToItsRange() {
        Comparison comparison = comparison(new Recorded.Range(2, 3), digests(0, 1, 2, 3, 4));

        LongStream.rangeClosed(1, 4).forEach(pane -> comparison.digest(digest(0, pane, pane == 3 ? "x" : "same")));

        assertThat(comparison.result().panes()).isEqualTo(2);
        assertThat(comparison.result().differences())
                .extracting(found -> found.place().pane())
                .containsExactly(3L);
    }

    @Test
    void shouldKeepTheFirstOfManyDifferences() {
        Comparison comparison =
                comparison(ALL, digests(0, LongStream.range(0, 500).toArray()), digests(1, 0));

        LongStream.range(0, 500).forEach(pane -> comparison.digest(digest(0, pane, "x")));
        comparison.digest(digest(1, 0, "x"));

        assertThat(comparison.result().differences()).hasSize(20);
        assertThat(comparison.result().differences().get(1).place()).isEqualTo(new Place(0, 1));
    }

    @Test
    void shouldCountBreachesBeyondThoseItKeeps() {
        Collector collector = new Collector(new Recorded.Range(1, 2));

        for (int i = 0; i < Collector.MAX + 5; i++) {
            collector.breach(Breach.newBuilder().setPane(1).build());
        }
        collector.breach(Breach.newBuilder().setPane(3).build());

        assertThat(collector.breaches()).hasSize(Collector.MAX);
        assertThat(collector.allBreaches()).isEqualTo(Collector.MAX + 5);
    }

    @SafeVarargs
    private Comparison comparison(Recorded.Range range, Iterator<PaneDigest>... live) {
        List<DigestLane> lanes = new ArrayList<>();
        for (Iterator<PaneDigest> digests : live) {
            lanes.add(new DigestLane(digests, range));
        }
        return new Comparison(range, lanes, liveAlerts);
    }

    private static Iterator<PaneDigest> digests(int watchPartition, long... panes) {
        return LongStream.of(panes)
                .mapToObj(pane -> digest(watchPartition, pane, "same"))
                .iterator();
    }

    private static PaneDigest digest(int watchPartition, long pane, String statistics) {
        return PaneDigest.newBuilder()
                .setWatchPartition(watchPartition)
                .setPane(pane)
                .setStatistics(ByteString.copyFromUtf8(statistics))
                .build();
    }

    private static AlertTransition moved(String fingerprint, long pane) {
        return AlertTransition.newBuilder().setCore(alert(fingerprint, pane)).build();
    }

    private static AlertCore alert(String fingerprint, long pane) {
        return AlertCore.newBuilder().setFingerprint(fingerprint).setPane(pane).build();
    }
}
