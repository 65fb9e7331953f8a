package io.seismo.app.ingest;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.app.cli.CommandFailure;
import io.seismo.wire.ActivationRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The topic on a cluster. One thread. */
final class KafkaActivationLog implements ActivationLog, AutoCloseable {

    private static final int MAX_REQUEST_BYTES = 2 << 20;
    private static final int TIMEOUT_MS = 15_000;

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    KafkaActivationLog(Map<String, Object> client, String topic) {
        this.topic = topic;
        Map<String, Object> writing = new HashMap<>(client);
        writing.put(ProducerConfig.ACKS_CONFIG, "all");
        writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        writing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
        this.producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> reading = new HashMap<>(client);
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        reading.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        this.consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public int partitions() {
        try {
            List<?> found = consumer.partitionsFor(topic);
            if (found != null && !found.isEmpty()) {
                return found.size();
            }
        } catch (KafkaException e) {
            throw new CommandFailure("no broker answers for " + topic, "Is --bootstrap right?", e);
        }
        throw new CommandFailure("there is no topic " + topic, "'seismo topics create' makes it.");
    }

    @Override
    public long end(int partition) {
        TopicPartition place = new TopicPartition(topic, partition);
        if (!consumer.assignment().contains(place)) {
            // Of a partition that is not assigned the client warns at each answer that it cannot keep it.
            consumer.assign(List.of(place));
        }
        Long end = consumer.endOffsets(List.of(place)).get(place);
        return end == null ? 0 : end;
    }

    @Override
    public void send(int partition, ActivationRecord record) {
        producer.send(new ProducerRecord<>(topic, partition, null, record.toByteArray()), (sent, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    @Override
    public void flush() {
        producer.flush();
        Exception error = failure.get();
        if (error != null) {
            throw new CommandFailure(
                    "a frame was not stored: " + error.getMessage(), "Run it again: it goes on where it was.", error);
        }
    }

    @Override
    public Set<Long> sequences(int partition, long offset, String source, long epoch) {
        TopicPartition place = new TopicPartition(topic, partition);
        long end = end(partition);
        Set<Long> found = new TreeSet<>();
        consumer.assign(List.of(place));
        Long beginning = consumer.beginningOffsets(List.of(place)).get(place);
        consumer.seek(place, Math.max(offset, beginning == null ? 0 : beginning));
        while (consumer.position(place) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                Long sequence = sequence(record.value(), source, epoch);
                if (sequence != null) {
                    found.add(sequence);
                }
            }
        }
        return found;
    }

    private static @Nullable Long sequence(byte @Nullable [] value, String source, long epoch) {
        if (value == null) {
            return null;
        }
        try {
            ActivationRecord record = ActivationRecord.parseFrom(value);
            return record.hasFrame()
                            && record.getFrame().getSourceId().equals(source)
                            && record.getFrame().getSourceEpoch() == epoch
                    ? record.getFrame().getSourceSeq()
                    : null;
        } catch (InvalidProtocolBufferException someoneElses) {
            return null;
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofMillis(TIMEOUT_MS));
        consumer.close();
    }
}
