package io.seismo.notify;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Which offsets may be committed: those before the first record whose notice is not settled. */
final class OffsetTracker {

    private final Map<TopicPartition, Deque<Entry>> read = new HashMap<>();

    /** A record was read; {@code dedupKey} is empty when nobody is told about it. */
    void add(TopicPartition partition, long offset, String dedupKey) {
        read.computeIfAbsent(partition, any -> new ArrayDeque<>()).add(new Entry(offset, dedupKey));
    }

    /** Takes what may be committed now. */
    Map<TopicPartition, OffsetAndMetadata> take(Predicate<String> settled) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        read.forEach((partition, entries) -> {
            Entry last = null;
            while (!entries.isEmpty()
                    && (entries.peek().dedupKey().isEmpty()
                            || settled.test(entries.peek().dedupKey()))) {
                last = entries.remove();
            }
            if (last != null) {
                offsets.put(partition, new OffsetAndMetadata(last.offset() + 1));
            }
        });
        return offsets;
    }

    /** Partitions went to another instance. */
    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(read::remove);
    }

    private record Entry(long offset, String dedupKey) {}
}
