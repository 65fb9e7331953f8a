package io.seismo.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.TestPlans;
import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.epochs.EpochSchedule;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.Meters;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;

class ClockRoleIT {

    private static final String TOPIC = new TopicNames("test").activations();

    private final AtomicLong now = new AtomicLong(100_000_456);

    @Test
    void shouldWriteWholeSecondsIntoEveryPartitionAndSayWhatTheLogOfEpochsSays() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
            try (Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(new NewTopic(TOPIC, 3, (short) 1)))
                        .all()
                        .get();
            }
            TreeMap<Long, Long> epochs = new TreeMap<>(Map.of(7L, 0L));
            try (ClockRole clock = new ClockRole(
                    client,
                    plan(),
                    () -> new EpochSchedule(epochs),
                    () -> Instant.ofEpochMilli(now.get()),
                    Meters.NONE)) {
                assertThat(clock.ready()).isFalse();
                clock.tick();
                epochs.put(8L, 10_003L);
                now.set(100_040_999);
                clock.tick();
                now.set(100_041_000);
                clock.tick();
                now.set(100_040_000);
                clock.tick();
            }
            for (int partition = 0; partition < 3; partition++) {
                assertThat(ticks(client, partition))
                        .containsExactly(
                                tick(100_000_000, 7, 0, 0),
                                tick(100_040_000, 8, 0, 0),
                                tick(100_041_000, 8, 0, 0),
                                tick(100_040_000, 8, 0, 0));
            }
        }
    }

    private static Tick tick(long time, long epoch, long next, long firstPane) {
        return Tick.newBuilder()
                .setTimeMs(time)
                .setPartitions(3)
                .setEpoch(epoch)
                .setNextEpoch(next)
                .setNextEpochFirstPane(firstPane)
                .build();
    }

    private static MonitorPlan plan() {
        return TestPlans.empty(7, new MonitorPlan.Shape(3, 2), Timing.DEFAULT);
    }

    private static List<Tick> ticks(Map<String, Object> client, int partition) throws Exception {
        TopicPartition where = new TopicPartition(TOPIC, partition);
        List<Tick> ticks = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(where));
            consumer.seekToBeginning(List.of(where));
            long end = consumer.endOffsets(List.of(where)).get(where);
            while (consumer.position(where) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(5))) {
                    ticks.add(ActivationRecord.parseFrom(record.value()).getTick());
                }
            }
        }
        return ticks;
    }
}
