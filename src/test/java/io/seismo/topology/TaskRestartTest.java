package io.seismo.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import io.seismo.topology.DrivenRole.Sent;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that is stopped and started again from its own disk says what one that never stopped says. */
class TaskRestartTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 17, 40, 100})
    void shouldGoOnAsIfNothingHadHappenedWhenEncodeStopsAfterARecord(int after) {
        Course straight = encode(DrivenStory.RECORDS, directory.resolve("straight"));
        Course stopped = encode(after, directory.resolve("stopped"));

        assertThat(stopped.said()).isEqualTo(straight.said());
        assertThat(straight.said()).hasSizeGreaterThan(DrivenStory.RECORDS);
        assertThat(stopped.starts()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 13})
    void shouldGoOnAsIfNothingHadHappenedWhenWatchStopsAfterAPartial(int after) {
        List<PanePartial> partials = DrivenStory.partials(directory.resolve("upstream"));
        assertThat(partials).hasSizeGreaterThan(after);
        Course straight = watch(partials, partials.size(), directory.resolve("straight"));
        Course stopped = watch(partials, after, directory.resolve("stopped"));

        assertThat(stopped.said()).isEqualTo(straight.said());
        assertThat(stopped.starts()).isEqualTo(2);
    }

    /** The control: a task that starts with nothing on disk does say something else. */
    @Test
    void shouldNotGoOnWhenTheStateIsLost() {
        Course straight = encode(DrivenStory.RECORDS, directory.resolve("straight"));
        List<String> lost = new ArrayList<>();
        try (DrivenRole first = DrivenRole.encode(directory.resolve("first"));
                DrivenRole second = DrivenRole.encode(directory.resolve("second"))) {
            DrivenStory.records().subList(0, 40).forEach(first::give);
            lost.addAll(saidByEncode(first));
            DrivenStory.records().subList(40, DrivenStory.RECORDS).forEach(second::give);
            lost.addAll(saidByEncode(second));
        }
        assertThat(sorted(lost)).isNotEqualTo(straight.said());
    }

    private record Course(List<String> said, int starts) {}

    private static Course encode(int stopAfter, Path directory) {
        List<ActivationRecord> story = DrivenStory.records();
        DrivenRole role = DrivenRole.encode(directory);
        List<String> said = new ArrayList<>();
        int starts = 1;
        for (int i = 0; i < story.size(); i++) {
            role.give(story.get(i));
            if (i + 1 == stopAfter && stopAfter < story.size()) {
                said.addAll(saidByEncode(role));
                role = role.startedAgain();
                starts++;
            }
        }
        said.addAll(saidByEncode(role));
        role.close();
        return new Course(sorted(said), starts);
    }

    private static Course watch(List<PanePartial> partials, int stopAfter, Path directory) {
        DrivenRole role = DrivenRole.watch(directory);
        List<String> said = new ArrayList<>();
        int starts = 1;
        for (int i = 0; i < partials.size(); i++) {
            role.give(partials.get(i));
            if (i + 1 == stopAfter && stopAfter < partials.size()) {
                said.addAll(saidByWatch(role));
                role = role.startedAgain();
                starts++;
            }
        }
        said.addAll(saidByWatch(role));
        role.close();
        return new Course(sorted(said), starts);
    }

    /** Topics are read one after the other, so a stopped course lists them twice; within a topic the order holds. */
    private static List<String> sorted(List<String> said) {
        List<String> sorted = new ArrayList<>(said);
        sorted.sort((a, b) -> a.substring(0, a.indexOf(' ')).compareTo(b.substring(0, b.indexOf(' '))));
        return sorted;
    }

    /** Offsets begin again with a new driver; they are provenance and left out. */
    private static List<String> saidByEncode(DrivenRole role) {
        List<String> said = new ArrayList<>();
        add(
                said,
                "features",
                role.sent(DrivenRole.TOPICS.features(), FeatureRecord.parser()),
                record -> record.toBuilder().clearOrigin().build());
        add(
                said,
                "scores",
                role.sent(DrivenRole.TOPICS.requestScores(), RequestScore.parser()),
                score -> score.toBuilder().clearFirst().clearLast().build());
        add(
                said,
                "breaches",
                role.sent(DrivenRole.TOPICS.breaches(), Breach.parser()),
                breach -> breach.toBuilder().clearOrigin().build());
        add(said, "partials", role.sent(DrivenRole.TOPICS.panePartials(), PanePartial.parser()), TaskRestartTest::bare);
        add(
                said,
                "snapshots",
                role.sent(DrivenRole.TOPICS.snapshots(), Snapshot.parser()),
                snapshot -> snapshot.toBuilder().clearOffset().clearEntries().build());
        return said;
    }

    private static List<String> saidByWatch(DrivenRole role) {
        List<String> said = new ArrayList<>();
        add(said, "log", role.sent(DrivenRole.TOPICS.alertLog(), AlertTransition.parser()), Function.identity());
        add(said, "alerts", role.sent(DrivenRole.TOPICS.alerts(), AlertTransition.parser()), Function.identity());
        add(said, "digests", role.sent(DrivenRole.TOPICS.paneDigests(), PaneDigest.parser()), Function.identity());
        add(said, "snapshots", role.sent(DrivenRole.TOPICS.snapshots(), Snapshot.parser()), Function.identity());
        return said;
    }

    private static <M extends MessageLite> void add(
            List<String> said, String topic, List<Sent<M>> records, Function<M, M> bare) {
        for (Sent<M> sent : records) {
            String value = java.util.HexFormat.of()
                    .formatHex(bare.apply(sent.message()).toByteArray());
            said.add(topic + " " + sent.partition() + " " + sent.key() + " " + value);
        }
    }

    private static PanePartial bare(PanePartial partial) {
        PanePartial.Builder out = partial.toBuilder();
        if (partial.hasMarker()) {
            out.getMarkerBuilder().clearClosedAtOffset().getTopBuilderList().forEach(top -> top.clearOrigin());
        }
        return out.build();
    }
}
