package io.seismo.app.requests;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Records of a topic, a partition at a time, from a time to the end it had when it was opened. One thread. */
final class TopicScan implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int IDLE_POLLS = 60;

    private final List<TopicPartition> partitions = new ArrayList<>();
    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicScan(Map<String, Object> client, String topic) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Cluster.TIMEOUT_MS);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
            consumer.close();
            throw new CommandFailure("there is no topic " + topic, "Is --deployment right?");
        }
        for (int p = 0; p < found.size(); p++) {
            partitions.add(new TopicPartition(topic, p));
        }
        consumer.assign(partitions);
        consumer.pause(partitions);
    }

    /** Receives records; says whether to go on with the partition. */
    interface Heard {
        boolean record(ConsumerRecord<byte[], byte[]> record);
    }

    int partitions() {
        return partitions.size();
    }

    /** Offsets that will be passed at most, over all partitions. */
    long length(long fromMs) {
        long length = 0;
        for (TopicPartition partition : partitions) {
            length += Math.max(0, end(partition) - start(partition, fromMs));
        }
        return length;
    }

    /**
     * Reads one partition.
     *
     * @param fromMs records that the broker has had for longer are passed over
     */
    void read(int number, long fromMs, Heard heard) {
        TopicPartition partition = partitions.get(number);
        long end = end(partition);
        consumer.seek(partition, start(partition, fromMs));
        consumer.resume(List.of(partition));
        try {
            read(partition, end, heard);
        } finally {
            consumer.pause(List.of(partition));
        }
    }

    private void read(TopicPartition partition, long end, Heard heard) {
        int idle = 0;
        while (consumer.position(partition) < end) {
            List<ConsumerRecord<byte[], byte[]>> records =
                    consumer.poll(POLL).records(partition);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() >= end || !heard.record(record)) {
                    return;
                }
            }
            idle = records.isEmpty() ? idle + 1 : 0;
            if (idle == IDLE_POLLS) {
                throw new CommandFailure(
                        partition + ": no record for "
                                + POLL.multipliedBy(IDLE_POLLS).toSeconds() + " s at offset "
                                + consumer.position(partition) + " of " + end,
                        "Is a transaction still open, or the broker gone?");
            }
        }
    }

    private long end(TopicPartition partition) {
        return consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }

    private long start(TopicPartition partition, long fromMs) {
        long kept = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (fromMs <= 0) {
            return kept;
        }
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(partition, fromMs)).get(partition);
        return found == null ? end(partition) : Math.max(kept, found.offset());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
