package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Parser;
import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.SpecFiles;
import io.seismo.app.doctor.Topics;
import io.seismo.app.epochs.EpochBook;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.app.replay.ReplayOptions;
import io.seismo.replay.RecordedPanes;
import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.CloseReason;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.RequestScore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A spec changes while requests are open and an alert fires: on a real broker, with the SAE of the demo. A process that
 * is started again with the new spec and one that learns of it from the log do exactly the same, and so does a replay.
 */
class SpecChangeIT {

    private static final long LIMIT_NS = Duration.ofSeconds(90).toNanos();
    private static final int PANES = 30;

    private final long startMs = Math.floorDiv(System.currentTimeMillis(), 3_600_000) * 3_600_000 - 7_200_000;

    @TempDir
    private Path dir;

    /** What came out. */
    private record Outcome(
            List<PaneDigest> digests,
            List<AlertTransition> transitions,
            List<RequestScore> scores,
            Replay.Outcome fromFeatures,
            Replay.Outcome fromActivations) {}

    @Test
    void shouldGoOnUnderTheNewSpecWhetherRestartedOrNot() throws Exception {
        Outcome restarted = run("restarted", true);
        Outcome learned = run("learned", false);

        assertThat(learned.digests()).isEqualTo(restarted.digests());
        assertThat(learned.transitions())
                .extracting(AlertTransition::getCore)
                .isEqualTo(restarted.transitions().stream()
                        .map(AlertTransition::getCore)
                        .toList());
        long change = startMs / 10_000 + PANES + 3;
        for (PaneDigest digest : learned.digests()) {
            assertThat(digest.getEpoch()).as("pane %d", digest.getPane()).isEqualTo(digest.getPane() < change ? 1 : 2);
        }
        requireOpenRequestsCut(learned);
        requireLostAlertResolved(learned, change);
        for (Replay.Outcome replay : List.of(
                restarted.fromFeatures(),
                learned.fromFeatures(),
                restarted.fromActivations(),
                learned.fromActivations())) {
            assertThat(replay.differences()).isEmpty();
            assertThat(replay.equal()).isTrue();
            assertThat(replay.exact()).isTrue();
            assertThat(replay.transitions()).isEqualTo(learned.transitions().size());
        }
    }

    private static void requireOpenRequestsCut(Outcome outcome) {
        List<RequestScore> cut = outcome.scores().stream()
                .filter(score -> score.getClosedBy() == CloseReason.CLOSE_REASON_EPOCH)
                .toList();
        assertThat(cut).extracting(RequestScore::getRequestId).contains("long-0", "long-1");
        assertThat(cut).extracting(RequestScore::getEpoch).containsOnly(1L);
        assertThat(outcome.scores()).extracting(RequestScore::getEpoch).contains(2L);
    }

    private static void requireLostAlertResolved(Outcome outcome, long change) {
        List<AlertTransition> blind = outcome.transitions().stream()
                .filter(moved -> moved.getCore().getLabelsList().toString().contains("MonitorBlind"))
                .toList();
        AlertTransition last = blind.get(blind.size() - 1);
        assertThat(last.getCore().getFrom()).isEqualTo(AlertState.ALERT_STATE_FIRING);
        assertThat(last.getCore().getTo()).isEqualTo(AlertState.ALERT_STATE_RESOLVED);
        assertThat(last.getCore().getPane()).isEqualTo(change);
        assertThat(last.getEvidence().getSummary()).endsWith("the spec of epoch 2 does not have this alert");
        assertThat(outcome.transitions().toString()).contains("MonitorLost");
    }

    private Outcome run(String name, boolean restart) throws Exception {
        Path home = dir.resolve(name);
        Deployment before = deployment(SpecFiles.packaged().replace("for: 5m", "for: 30s"));
        Deployment after =
                deployment(before.yaml().replace("MonitorBlind", "MonitorLost").replace("3.05", "2.4"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(
                        new EmbeddedBroker.Settings(home.resolve("broker"), 0, Duration.ofDays(30)));
                EncoderShelf encoders = new EncoderShelf()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
            TopicNames topics = new TopicNames(before.plan().deployment());
            Topics.create(client, before.plan());
            try (LoggedPlans plans = new LoggedPlans(client, topics);
                    SpecChangeTraffic traffic = new SpecChangeTraffic(client, before.plan(), startMs)) {
                EpochBook book = new EpochBook(client, new WeightCatalog(), plans);
                MonitorPlan first = book.enter(before, encoders.of(before.plan()), 0);
                Monitor monitor = start(first, client, home, encoders);
                try {
                    traffic.panes(PANES, plans.schedule());
                    await(traffic.closed(), monitor, client, topics);
                    if (restart) {
                        monitor.close();
                    }
                    MonitorPlan second = book.enter(after, encoders.of(after.plan()), traffic.nextPane() + 3);
                    assertThat(second.epoch()).isEqualTo(2);
                    if (restart) {
                        monitor = start(second, client, home, encoders);
                    }
                    traffic.panes(PANES, plans.schedule());
                    await(traffic.closed(), monitor, client, topics);
                } finally {
                    monitor.close();
                }
                return outcome(client, topics, encoders);
            }
        }
    }

    private static Deployment deployment(String yaml) {
        return Deployment.of("a test", yaml, new WeightCatalog());
    }

    private static Monitor start(MonitorPlan plan, Map<String, Object> client, Path home, EncoderShelf encoders) {
        // A log of its own: what another process has entered is learned through Kafka alone.
        LoggedPlans plans = new LoggedPlans(client, new TopicNames(plan.deployment()));
        Monitor monitor = new Monitor(
                new Monitor.Options(
                        plans,
                        plan.epoch(),
                        String.valueOf(client.get("bootstrap.servers")),
                        Map.of(),
                        home.resolve("state"),
                        EnumSet.of(Role.ENCODE, Role.WATCH),
                        1),
                encoders,
                RoleMetrics.NONE);
        monitor.start();
        return monitor;
    }

    private static void await(long pane, Monitor monitor, Map<String, Object> client, TopicNames topics) {
        long deadline = System.nanoTime() + LIMIT_NS;
        OptionalLong last = RecordedPanes.last(client, topics);
        while (last.isEmpty() || last.getAsLong() < pane) {
            if (monitor.failure().isDone() || System.nanoTime() > deadline) {
                throw new AssertionError("pane " + pane + " was not merged, but " + last + "; "
                        + monitor.failure().getNow("no failure"));
            }
            LockSupport.parkNanos(200_000_000);
            last = RecordedPanes.last(client, topics);
        }
    }

    private static Outcome outcome(Map<String, Object> client, TopicNames topics, EncoderShelf encoders) {
        List<PaneDigest> digests = new ArrayList<>(all(client, topics.paneDigests(), PaneDigest.parser()));
        digests.sort(Comparator.comparingLong(PaneDigest::getPane).thenComparing(PaneDigest::getWatchPartition));
        return new Outcome(
                digests,
                all(client, topics.alertLog(), AlertTransition.parser()),
                all(client, topics.requestScores(), RequestScore.parser()),
                replay(client, topics, encoders, Replay.Source.FEATURES),
                replay(client, topics, encoders, Replay.Source.ACTIVATIONS));
    }

    private static Replay.Outcome replay(
            Map<String, Object> client, TopicNames topics, EncoderShelf encoders, Replay.Source source) {
        List<MonitorPlan> plans = ReplayOptions.plans(client, topics);
        assertThat(plans).hasSize(2);
        return new Replay(new Replay.Request(client, plans, source, null, null, true), encoders::of)
                .run((passed, all) -> {});
    }

    private static <M> List<M> all(Map<String, Object> client, String topic, Parser<M> parser) {
        Map<String, Object> settings = new java.util.HashMap<>(client);
        settings.put("isolation.level", "read_committed");
        List<M> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (int p = 0; p < consumer.partitionsFor(topic).size(); p++) {
                TopicPartition partition = new TopicPartition(topic, p);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = consumer.endOffsets(List.of(partition)).get(partition);
                while (consumer.position(partition) < end) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                        found.add(parsed(record, parser));
                    }
                }
            }
        }
        return found;
    }

    private static <M> M parsed(ConsumerRecord<byte[], byte[]> record, Parser<M> parser) {
        try {
            return parser.parseFrom(record.value());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(record.topic() + " offset " + record.offset(), e);
        }
    }
}
