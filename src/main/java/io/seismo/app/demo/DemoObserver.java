package io.seismo.app.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.PanePartial;
import io.seismo.wire.RequestScore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Watches the output topics as anybody could, read-committed, from their end at the start of the demo. */
final class DemoObserver implements AutoCloseable {

    /** Who hears what was written. Called on the observer's thread. */
    interface Listener {
        void breach(Breach breach);

        void transition(AlertTransition transition);

        void digest(PaneDigest digest);

        void partial(PanePartial partial);

        void score(RequestScore score);
    }

    private final TopicNames topics;
    private final Listener listener;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread = new Thread(this::observe, "demo-observer");
    private volatile boolean closed;

    DemoObserver(Map<String, Object> client, MonitorPlan plan, Listener listener) {
        this.topics = new TopicNames(plan.deployment());
        this.listener = listener;
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (String topic :
                List.of(topics.breaches(), topics.alertLog(), topics.paneDigests(), topics.requestScores())) {
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                all.add(new TopicPartition(topic, partition.partition()));
            }
        }
        // Every watch partition gets the same totals; one of them is enough to count.
        all.add(new TopicPartition(topics.panePartials(), 0));
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void observe() {
        try {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    hand(record.topic(), record.value());
                }
            }
        } catch (WakeupException asked) {
            // Closing.
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an output topic holds a value that is not Seismo's", e);
        } finally {
            consumer.close();
        }
    }

    private void hand(String topic, byte[] value) throws InvalidProtocolBufferException {
        if (topic.equals(topics.breaches())) {
            listener.breach(Breach.parseFrom(value));
        } else if (topic.equals(topics.alertLog())) {
            listener.transition(AlertTransition.parseFrom(value));
        } else if (topic.equals(topics.paneDigests())) {
            listener.digest(PaneDigest.parseFrom(value));
        } else if (topic.equals(topics.panePartials())) {
            listener.partial(PanePartial.parseFrom(value));
        } else {
            listener.score(RequestScore.parseFrom(value));
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        consumer.wakeup();
        thread.join(5_000);
    }
}
