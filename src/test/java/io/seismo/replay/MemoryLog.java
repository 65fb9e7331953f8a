package io.seismo.replay;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A partition in memory; offsets count from 0. */
final class MemoryLog implements RecordLog {

    private final String topic;
    private final int partition;
    private final List<byte[]> values;
    private int next;

    MemoryLog(String topic, int partition, List<byte[]> values, long after) {
        this.topic = topic;
        this.partition = partition;
        this.values = values;
        this.next = (int) after + 1;
    }

    @Override
    public boolean hasNext() {
        return next < values.size();
    }

    @Override
    public ConsumerRecord<byte[], byte[]> next() {
        return new ConsumerRecord<>(topic, partition, next, new byte[0], values.get(next++));
    }

    @Override
    public long length() {
        return values.size();
    }

    @Override
    public long passed() {
        return next;
    }

    @Override
    public long kept() {
        return 0;
    }

    @Override
    public void close() {}
}
