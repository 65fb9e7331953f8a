package io.seismo.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.activation.TestFrames;
import io.seismo.encoder.Encoder;
import io.seismo.topology.DrivenRole.Sent;
import io.seismo.window.BlockKey;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.FeatureRecord.BodyCase;
import io.seismo.wire.KeyedBytes;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.Reason;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Snapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every sink gets what it should, under the right key, in the right partition. */
class WiringTest {

    private static final long PANE = DrivenStory.T0 / 10_000;

    @TempDir
    Path directory;

    @Test
    void shouldWriteOneFeatureRecordPerRecordUnderItsPartition() {
        try (DrivenRole encode = DrivenRole.encode(directory)) {
            byte[] key = "any".getBytes(StandardCharsets.UTF_8);
            encode.give(frame(1, "early", 1));
            encode.give(key, TestFrames.tick(DrivenStory.T0).toByteArray());
            encode.give(frame(1, "r", 2));
            encode.give(TestFrames.heartbeat("a", 1, DrivenStory.T0, 2));
            encode.give(null, null);
            encode.give(key, null);
            encode.give(key, new byte[] {1, 2, 3});
            encode.give(frame(1, "r", 2));

            List<Sent<FeatureRecord>> features = encode.sent(DrivenRole.TOPICS.features(), FeatureRecord.parser());
            assertThat(features)
                    .extracting(sent -> sent.message().getBodyCase())
                    .containsExactly(
                            BodyCase.REFUSAL,
                            BodyCase.TICK,
                            BodyCase.FRAME,
                            BodyCase.HEARTBEAT,
                            BodyCase.REFUSAL,
                            BodyCase.REFUSAL,
                            BodyCase.REFUSAL,
                            BodyCase.REFUSAL);
            assertThat(features)
                    .filteredOn(sent -> sent.message().hasRefusal())
                    .extracting(sent -> sent.message().getRefusal().getReason())
                    .containsExactly(
                            Reason.REASON_AHEAD,
                            Reason.REASON_SCHEMA_VERSION,
                            Reason.REASON_SCHEMA_VERSION,
                            Reason.REASON_UNPARSABLE,
                            Reason.REASON_DUPLICATE);
            assertThat(features).allSatisfy(sent -> {
                assertThat(sent.number()).isZero();
                assertThat(sent.partition()).isZero();
            });
            assertThat(features)
                    .extracting(sent -> sent.message().getOrigin().getOffset())
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    @Test
    void shouldSendEveryWatchPartitionItsBlocksAndAMarkerWhenAPaneCloses() {
        try (DrivenRole encode = DrivenRole.encode(directory)) {
            DrivenStory.records().subList(0, 160).forEach(encode::give);
            List<Sent<PanePartial>> partials = encode.sent(DrivenRole.TOPICS.panePartials(), PanePartial.parser());

            assertThat(partials).allSatisfy(sent -> {
                assertThat(sent.partition()).isEqualTo(sent.number());
                for (KeyedBytes block : sent.message().getChunk().getBlocksList()) {
                    assertThat(BlockKey.partition(block.getKey(), 2)).isEqualTo(sent.number());
                }
            });
            for (int w = 0; w < 2; w++) {
                int partition = w;
                List<PanePartial> to = partials.stream()
                        .filter(sent -> sent.number() == partition)
                        .map(Sent::message)
                        .toList();
                assertThat(to).filteredOn(PanePartial::hasChunk).isNotEmpty();
                List<Long> closed = to.stream()
                        .filter(PanePartial::hasMarker)
                        .map(partial -> partial.getMarker().getFirstPane())
                        .toList();
                assertThat(closed).startsWith(PANE, PANE + 1).doesNotHaveDuplicates();
                assertThat(to.get(to.size() - 1).hasMarker()).isTrue();
            }
        }
    }

    @Test
    void shouldKeyScoresAndBreachesByRequest() {
        try (DrivenRole encode = DrivenRole.encode(directory)) {
            DrivenStory.records().subList(0, 40).forEach(encode::give);
            List<Sent<RequestScore>> scores = encode.sent(DrivenRole.TOPICS.requestScores(), RequestScore.parser());
            List<Sent<Breach>> breaches = encode.sent(DrivenRole.TOPICS.breaches(), Breach.parser());

            assertThat(scores).hasSizeGreaterThan(5).allSatisfy(sent -> {
                assertThat(sent.key()).isEqualTo(sent.message().getRequestId());
                assertThat(sent.partition()).isNull();
            });
            assertThat(breaches).isNotEmpty().allSatisfy(sent -> {
                assertThat(sent.key()).isEqualTo(sent.message().getRequestId());
                assertThat(sent.partition()).isNull();
            });
        }
    }

    @Test
    void shouldReportOpenRequestsAtEachTickAndNoneWhenTheTaskCloses() {
        List<String> told = new ArrayList<>();
        RoleMetrics metrics = new RoleMetrics() {
            @Override
            public Map<String, Encoder> timed(Map<String, Encoder> encoders) {
                told.add("encoders " + encoders.keySet());
                return encoders;
            }

            @Override
            public void open(int partition, int requests) {
                told.add(partition + " holds " + requests);
            }
        };
        try (DrivenRole encode = DrivenRole.encode(directory, metrics)) {
            encode.give(TestFrames.tick(DrivenStory.T0));
            assertThat(told).as("no frame, no encoder").containsExactly("0 holds 0");
            encode.give(frame(1, "one", 1));
            assertThat(told.remove(1)).startsWith("encoders [").contains("topics");
            encode.give(frame(2, "two", 1));
            encode.give(TestFrames.tick(DrivenStory.T0 + 1_000));
            encode.give(TestFrames.tick(DrivenStory.T0 + 61_000));
            encode.give(frame(3, "late", 1));
        }
        assertThat(told).containsExactly("0 holds 0", "0 holds 2", "0 holds 0", "0 holds 0");
    }

    @Test
    void shouldWriteASnapshotOfEveryStoreWhenAnHourCloses() {
        try (DrivenRole encode = DrivenRole.encode(directory)) {
            DrivenStory.records().forEach(encode::give);
            List<Sent<Snapshot>> snapshots = encode.sent(DrivenRole.TOPICS.snapshots(), Snapshot.parser());

            assertThat(snapshots).hasSize(1);
            Snapshot snapshot = snapshots.get(0).message();
            assertThat(snapshot.getKind()).isEqualTo(Snapshot.Kind.KIND_SCORE);
            assertThat((snapshot.getPane() + 1) * 10_000).isEqualTo(DrivenStory.HOUR);
            assertThat(snapshots.get(0).key()).isEqualTo("score/0/" + snapshot.getPane() + "/0");
            assertThat(snapshots.get(0).partition()).isZero();
            assertThat(snapshot.getEntriesList())
                    .extracting(KeyedBytes::getKey)
                    .anyMatch(key -> key.startsWith("gate/"))
                    .anyMatch(key -> key.startsWith("score/s/"))
                    .anyMatch(key -> key.startsWith("score/p/"))
                    .anyMatch(key -> key.startsWith("score/r/"));
        }
    }

    @Test
    void shouldWriteTransitionsDigestsAndASnapshotWhenPartialsArrive() {
        List<PanePartial> partials = partialsOfTheStory();
        try (DrivenRole watch = DrivenRole.watch(directory)) {
            partials.forEach(watch::give);
            List<Sent<AlertTransition>> log = watch.sent(DrivenRole.TOPICS.alertLog(), AlertTransition.parser());
            List<Sent<AlertTransition>> alerts = watch.sent(DrivenRole.TOPICS.alerts(), AlertTransition.parser());
            List<Sent<PaneDigest>> digests = watch.sent(DrivenRole.TOPICS.paneDigests(), PaneDigest.parser());
            List<Sent<Snapshot>> snapshots = watch.sent(DrivenRole.TOPICS.snapshots(), Snapshot.parser());

            assertThat(log).isNotEmpty().allSatisfy(sent -> {
                assertThat(sent.key()).isEqualTo(sent.message().getCore().getFingerprint());
                assertThat(sent.partition()).isZero();
            });
            assertThat(log.stream().map(Sent::message).toList())
                    .isEqualTo(alerts.stream().map(Sent::message).toList());
            assertThat(alerts).allSatisfy(sent -> assertThat(sent.partition()).isZero());
            long panes = partials.stream()
                    .filter(PanePartial::hasMarker)
                    .mapToLong(partial -> partial.getMarker().getLastPane()
                            - partial.getMarker().getFirstPane()
                            + 1)
                    .sum();
            assertThat(digests).hasSize((int) panes).allSatisfy(sent -> {
                assertThat(sent.number()).isZero();
                assertThat(sent.partition()).isZero();
            });
            assertThat(snapshots).isNotEmpty().allSatisfy(sent -> {
                Snapshot snapshot = sent.message();
                assertThat(snapshot.getKind()).isEqualTo(Snapshot.Kind.KIND_WATCH);
                assertThat(sent.key()).isEqualTo("watch/0/" + snapshot.getPane() + "/" + snapshot.getChunk());
                assertThat(sent.partition()).isZero();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStopWatchAndNameTheTopicWhenAPartialIsNoMessageOfOurs(boolean nothing) {
        try (DrivenRole watch = DrivenRole.watch(directory)) {
            byte[] value = nothing ? null : new byte[] {1, 2, 3};
            assertThatThrownBy(() -> watch.give(null, value))
                    .hasRootCauseInstanceOf(nothing ? SerializationException.class : Exception.class)
                    .hasStackTraceContaining("seismo.test.pane-partials holds a value");
        }
    }

    private List<PanePartial> partialsOfTheStory() {
        return DrivenStory.partials(directory.resolve("upstream"));
    }

    private static ActivationRecord frame(long seq, String request, int rows) {
        return DrivenStory.frame(seq, DrivenStory.T0, TestFrames.segment(request, 0, rows), 0f);
    }
}
