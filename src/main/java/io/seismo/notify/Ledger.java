package io.seismo.notify;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.wire.Delivery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic {@code deliveries}: every attempt, written before the offset of its cause is committed. */
final class Ledger implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Ledger(Map<String, Object> client, String topic) {
        this.topic = topic;
        Map<String, Object> writing = new HashMap<>(client);
        writing.put("acks", "all");
        writing.put("enable.idempotence", true);
        writing.put("linger.ms", 0);
        this.producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> reading = new HashMap<>(client);
        reading.remove("group.id");
        reading.put("enable.auto.commit", false);
        this.consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Sets where {@link #catchUp} begins: at what was written since then. */
    void startAt(long sinceMs) {
        List<TopicPartition> partitions = new ArrayList<>();
        Map<TopicPartition, Long> since = new HashMap<>();
        for (PartitionInfo info : consumer.partitionsFor(topic)) {
            TopicPartition partition = new TopicPartition(topic, info.partition());
            partitions.add(partition);
            since.put(partition, sinceMs);
        }
        consumer.assign(partitions);
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(since);
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp at = found.get(partition);
            if (at == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, at.offset());
            }
        }
    }

    /** Reads what was written since the last call, by this instance or another. */
    void catchUp(Consumer<Delivery> reader) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                try {
                    reader.accept(Delivery.parseFrom(record.value()));
                } catch (InvalidProtocolBufferException foreign) {
                    throw new IllegalStateException(
                            topic + " holds a record at offset " + record.offset() + " that is no delivery", foreign);
                }
            }
        }
    }

    /** Writes and waits until it is safe. */
    void write(List<Delivery> deliveries) throws InterruptedException {
        List<Future<RecordMetadata>> writes = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            byte[] key = delivery.getDedupKey().getBytes(StandardCharsets.UTF_8);
            writes.add(producer.send(
                    new ProducerRecord<>(topic, null, delivery.getTimeMs(), key, delivery.toByteArray())));
        }
        producer.flush();
        for (Future<RecordMetadata> write : writes) {
            try {
                write.get();
            } catch (ExecutionException failure) {
                throw new KafkaException("cannot write to " + topic, failure.getCause());
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close();
    }
}
