package io.seismo.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.Meters;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Delivery;
import io.seismo.wire.Severity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The role on a real broker, killed and started again. */
class NotifyRoleIT {

    private static final TopicNames TOPICS = new TopicNames("test");
    private static final long PATIENCE = 60;

    private final BlockingQueue<Notice> told = new LinkedBlockingQueue<>();
    private EmbeddedBroker broker;
    private Map<String, Object> client;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY);
        client = Map.of("bootstrap.servers", broker.bootstrap());
        try (Admin admin = Admin.create(client)) {
            List<NewTopic> topics = new ArrayList<>();
            for (String name : List.of(TOPICS.alertLog(), TOPICS.breaches(), TOPICS.deliveries())) {
                topics.add(new NewTopic(name, 1, (short) 1));
            }
            admin.createTopics(topics).all().get();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void shouldTellOnceInOrderAndNotAgainWhenRestarted() throws Exception {
        append(TOPICS.alertLog(), transition(AlertState.ALERT_STATE_PENDING, 4).toByteArray(), true);
        append(TOPICS.alertLog(), transition(AlertState.ALERT_STATE_FIRING, 5).toByteArray(), true);
        append(TOPICS.alertLog(), transition(AlertState.ALERT_STATE_FIRING, 6).toByteArray(), false);
        append(TOPICS.alertLog(), new byte[] {(byte) 0xFF}, true);
        append(TOPICS.breaches(), Samples.breach("loud", Samples.TIME).toByteArray(), true);
        append(TOPICS.breaches(), Samples.breach("loud", Samples.TIME + 1).toByteArray(), true);
        try (NotifyRole role = role(this::tell)) {
            role.start();
            assertThat(Set.of(next(), next()))
                    .containsExactlyInAnyOrder(
                            "f00d/firing/5",
                            "breach/never/loud/" + Math.floorDiv(Samples.TIME, Notices.BREACH_WINDOW_MS));
        }
        append(TOPICS.alertLog(), transition(AlertState.ALERT_STATE_RESOLVED, 9).toByteArray(), true);
        try (NotifyRole role = role(this::tell)) {
            role.start();
            assertThat(next()).isEqualTo("f00d/resolved/9");
            assertThat(role.failure()).isNotDone();
        }
        assertThat(told).isEmpty();
        assertThat(ledger()).allMatch(Delivery::getDelivered).hasSize(3);
    }

    @Test
    void shouldTellWhatWasNotSettledWhenItStoppedBeforeTheReceiverCameBack() throws Exception {
        append(TOPICS.alertLog(), transition(AlertState.ALERT_STATE_FIRING, 5).toByteArray(), true);
        BlockingQueue<String> refused = new LinkedBlockingQueue<>();
        Receiver down = notice -> {
            refused.add(notice.dedupKey());
            return Outcome.of(Outcome.Kind.RETRY, "503");
        };
        try (NotifyRole role = role(down)) {
            role.start();
            assertThat(refused.poll(PATIENCE, TimeUnit.SECONDS)).isEqualTo("f00d/firing/5");
        }
        try (NotifyRole role = role(this::tell)) {
            role.start();
            assertThat(next()).isEqualTo("f00d/firing/5");
        }
        assertThat(ledger().get(ledger().size() - 1).getDelivered()).isTrue();
    }

    private NotifyRole role(Receiver receiver) {
        TreeMap<String, NotifyRole.Route> routes = new TreeMap<>();
        routes.put("test", new NotifyRole.Route(receiver, Set.of(Severity.SEVERITY_PAGE)));
        NotifyRole.Settings settings =
                new NotifyRole.Settings(client, Samples.plan(), routes, NotifyRole.Settings.START_BACK);
        return new NotifyRole(settings, InstantSource.system(), Meters.NONE);
    }

    private Outcome tell(Notice notice) {
        told.add(notice);
        return Outcome.of(Outcome.Kind.DELIVERED, "200");
    }

    private String next() throws InterruptedException {
        Notice notice = told.poll(PATIENCE, TimeUnit.SECONDS);
        assertThat(notice).as("a notice within " + PATIENCE + " s").isNotNull();
        return notice.dedupKey();
    }

    private static AlertTransition transition(AlertState to, long pane) {
        return Samples.transition("page", to, pane);
    }

    private void append(String topic, byte[] value, boolean committed) {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", broker.bootstrap(), "transactional.id", "test-" + topic);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, value));
            producer.flush();
            if (committed) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private List<Delivery> ledger() throws Exception {
        List<Delivery> deliveries = new ArrayList<>();
        TopicPartition partition = new TopicPartition(TOPICS.deliveries(), 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(5))) {
                    deliveries.add(Delivery.parseFrom(record.value()));
                }
            }
        }
        return deliveries;
    }
}
