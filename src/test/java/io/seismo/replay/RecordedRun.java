package io.seismo.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.TrafficGenerator;
import io.seismo.reference.TrafficSettings;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import io.seismo.topology.Runner;
import io.seismo.topology.SeismoTopologies;
import io.seismo.topology.StreamsSettings;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.PaneDigest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Twelve minutes of traffic around the end of an hour that ENCODE and WATCH have worked through on a broker in this process. */
final class RecordedRun implements AutoCloseable {

    static final MonitorPlan PLAN = PlanFixture.plan(2, 2);
    static final TopicNames TOPICS = new TopicNames(PLAN.deployment());

    /** The end of the hour. */
    static final long HOUR_END_MS = 1_790_002_800_000L;

    private static final long LIMIT_NS = Duration.ofMinutes(4).toNanos();

    private final Path data;
    private final EmbeddedBroker broker;

    private RecordedRun(Path data, EmbeddedBroker broker) {
        this.data = data;
        this.broker = broker;
    }

    /** Runs live with so many stream threads a role, and stops cleanly. */
    static RecordedRun live(Path dir, int threads) throws Exception {
        RecordedRun run = open(dir.resolve("broker"));
        run.createTopics();
        List<List<byte[]>> traffic = TrafficGenerator.generate(
                        7, new TrafficSettings(2, HOUR_END_MS - 360_000, 720_000, 0.1, true))
                .records();
        run.send(traffic);
        try (Runner encode = run.runner("encode", dir, threads);
                Runner watch = run.runner("watch", dir, threads)) {
            encode.start();
            watch.start();
            run.awaitPane(lastPane(traffic), encode, watch);
        }
        return run;
    }

    static RecordedRun open(Path data) {
        return new RecordedRun(
                data, EmbeddedBroker.start(new EmbeddedBroker.Settings(data, 0, Duration.ofDays(3_650))));
    }

    Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrap());
    }

    Path data() {
        return data;
    }

    Replay.Outcome verify(Replay.Source source, Long fromMs) {
        Replay.Request request = new Replay.Request(client(), PLAN, source, fromMs, null, true);
        return new Replay(request, plan -> PlanFixture.encoders()).run((passed, all) -> {});
    }

    private Runner runner(String role, Path dir, int threads) {
        StreamsSettings settings = StreamsSettings.of(
                        "seismo-reference-" + role + "-g1", broker.bootstrap(), dir.resolve("state"))
                .threads(threads);
        return new Runner(
                role,
                role.equals("encode")
                        ? SeismoTopologies.encode(Plans.only(PLAN), any -> PlanFixture.encoders(), RoleMetrics.NONE)
                        : SeismoTopologies.watch(Plans.only(PLAN), RoleMetrics.NONE),
                settings.toMap());
    }

    /** The last pane that every partition's ticks close. */
    private static long lastPane(List<List<byte[]>> traffic) {
        long earliest = Long.MAX_VALUE;
        for (List<byte[]> partition : traffic) {
            long last = Long.MIN_VALUE;
            for (byte[] value : partition) {
                last = Math.max(last, tick(value));
            }
            earliest = Math.min(earliest, last);
        }
        return PLAN.timing().pane(earliest - PLAN.timing().graceMs()) - 1;
    }

    private static long tick(byte[] value) {
        try {
            ActivationRecord record = ActivationRecord.parseFrom(value);
            // Bad records may be ticks of another schema or of no time at all.
            boolean counts = record.hasTick()
                    && record.getSchemaVersion() == 1
                    && record.getTick().getTimeMs() <= HOUR_END_MS + 360_000;
            return counts ? record.getTick().getTimeMs() : Long.MIN_VALUE;
        } catch (InvalidProtocolBufferException bad) {
            return Long.MIN_VALUE;
        }
    }

    private void awaitPane(long pane, Runner encode, Runner watch) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NS;
        while (!merged(0, pane) || !merged(1, pane)) {
            if (encode.failure().isDone() || watch.failure().isDone() || System.nanoTime() > deadline) {
                throw new AssertionError(
                        "pane " + pane + " was not merged: encode " + encode.state() + ", watch " + watch.state());
            }
            LockSupport.parkNanos(300_000_000);
        }
    }

    private boolean merged(int watchPartition, long pane) {
        boolean[] found = {false};
        TopicPartition digests = new TopicPartition(TOPICS.paneDigests(), watchPartition);
        Recorded.each(client(), digests, PaneDigest.parser(), digest -> found[0] |= digest.getPane() == pane);
        return found[0];
    }

    private void send(List<List<byte[]>> traffic) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int p = 0; p < traffic.size(); p++) {
                for (byte[] value : traffic.get(p)) {
                    if (value.length < 900_000) {
                        producer.send(new ProducerRecord<>(TOPICS.activations(), p, null, value));
                    }
                }
            }
            producer.flush();
        }
    }

    private void createTopics() throws Exception {
        List<NewTopic> all = new ArrayList<>();
        for (String name : List.of(
                TOPICS.activations(),
                TOPICS.features(),
                TOPICS.panePartials(),
                TOPICS.paneDigests(),
                TOPICS.alertLog(),
                TOPICS.alerts(),
                TOPICS.requestScores(),
                TOPICS.breaches(),
                TOPICS.snapshots())) {
            all.add(new NewTopic(name, 2, (short) 1).configs(Map.of("max.message.bytes", "2097152")));
        }
        try (Admin admin = Admin.create(client())) {
            admin.createTopics(all).all().get();
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
