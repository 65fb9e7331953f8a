package io.seismo.replay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The committed records of one partition, from a start to the end it had when opened.
 *
 * <p>Reads with a consumer of its own that belongs to no group, so that looking at the past leaves no trace. A record
 * that the broker can no longer hand out whole ends the reading with a {@link ReplayException} naming where.
 */
final class PartitionLog implements RecordLog {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int IDLE_POLLS = 60;
    /** A search stops where reading on is cheaper than another probe. */
    private static final long CLOSE = 500;

    private final TopicPartition partition;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long kept;
    private final long end;
    private long begin;
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> buffer = new ArrayDeque<>();

    /**
     * Opens at the beginning of what is kept.
     *
     * @param client bootstrap and security properties
     */
    PartitionLog(Map<String, Object> client, String topic, int number) {
        this(client, topic, number, -1);
    }

    /**
     * Opens behind an offset.
     *
     * @param client bootstrap and security properties
     * @param after the first record read has a larger offset; −1 for all that is kept
     */
    PartitionLog(Map<String, Object> client, String topic, int number, long after) {
        this.partition = new TopicPartition(topic, number);
        this.consumer = new KafkaConsumer<>(settings(client), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        this.end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        this.kept = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
        this.begin = Math.max(kept, after + 1);
        consumer.seek(partition, begin);
    }

    /**
     * Moves close before the first record whose {@code key} is above {@code after}, by halving; keys ascend with offsets.
     */
    void seekClose(ToLongFunction<ConsumerRecord<byte[], byte[]>> key, long after) {
        long low = begin;
        long high = end;
        while (high - low > CLOSE) {
            long middle = low + (high - low) / 2;
            consumer.seek(partition, middle);
            ConsumerRecord<byte[], byte[]> probe = hasNext() ? buffer.peek() : null;
            buffer.clear();
            if (probe == null || key.applyAsLong(probe) > after) {
                high = middle;
            } else {
                low = probe.offset();
            }
        }
        begin = low;
        consumer.seek(partition, begin);
    }

    @Override
    public long kept() {
        return kept;
    }

    @Override
    public long length() {
        return Math.max(0, end - begin);
    }

    @Override
    public long passed() {
        return Math.min(length(), consumer.position(partition) - begin - buffer.size());
    }

    @Override
    public boolean hasNext() {
        int idle = 0;
        while (buffer.isEmpty() && position() < end) {
            fill();
            if (buffer.isEmpty() && ++idle == IDLE_POLLS) {
                throw new ReplayException(partition + ": no record for "
                        + POLL.multipliedBy(IDLE_POLLS).toSeconds() + " s at offset " + position() + " of " + end
                        + "; is a transaction still open, or the broker gone?");
            }
        }
        return !buffer.isEmpty();
    }

    @Override
    public ConsumerRecord<byte[], byte[]> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("end of " + partition);
        }
        return buffer.poll();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private long position() {
        return consumer.position(partition);
    }

    private void fill() {
        long at = position();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (record.offset() < end) {
                    buffer.add(record);
                }
            }
        } catch (KafkaException damaged) {
            throw new ReplayException(
                    partition + " cannot be read at offset " + at + ": " + damaged.getMessage(), damaged);
        }
    }

    private static Map<String, Object> settings(Map<String, Object> client) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        settings.put(ConsumerConfig.CHECK_CRCS_CONFIG, true);
        return settings;
    }
}
