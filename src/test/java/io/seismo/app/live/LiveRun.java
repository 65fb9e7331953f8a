package io.seismo.app.live;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.app.replay.ReplayOptions;
import io.seismo.replay.RecordedPanes;
import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A monitor on a real broker: started, waited for, and what it wrote. */
final class LiveRun {

    private static final long LIMIT_NS = Duration.ofSeconds(90).toNanos();

    private LiveRun() {}

    /** Encodes and watches until it is closed. */
    static Monitor start(MonitorPlan plan, Map<String, Object> client, Path home, EncoderShelf encoders) {
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

    /** Waits until a pane is merged. */
    static void await(long pane, Monitor monitor, Map<String, Object> client, TopicNames topics) {
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

    /** Verifies all there is. */
    static Replay.Outcome replay(
            Map<String, Object> client, TopicNames topics, EncoderShelf encoders, Replay.Source source) {
        List<MonitorPlan> plans = ReplayOptions.plans(client, topics);
        return new Replay(new Replay.Request(client, plans, source, null, null, true), encoders::of)
                .run((passed, all) -> {});
    }

    /** The committed records of a topic, partition by partition. */
    static <M> List<M> all(Map<String, Object> client, String topic, Parser<M> parser) {
        Map<String, Object> settings = new HashMap<>(client);
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
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(record.topic() + " offset " + record.offset(), e);
        }
    }
}
