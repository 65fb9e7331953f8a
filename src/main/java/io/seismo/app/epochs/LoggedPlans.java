package io.seismo.app.epochs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.spec.EpochRecord;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.SpecException;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.HarmlessLines;
import io.seismo.wire.Epoch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The plans of a deployment's log of epochs, followed as it grows: so a process learns of a spec that another one has
 * brought.
 *
 * <p>Plans are made from the log alone, see {@link EpochRecord}. Where two processes wrote the same number at once, the
 * first record of it counts. Asking for an unknown number costs one request to the broker.
 */
public final class LoggedPlans implements Plans, AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int IDLE_POLLS = 100;

    private final TopicPartition log;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TreeMap<Long, Epoch> epochs = new TreeMap<>();
    private final Map<Long, MonitorPlan> plans = new HashMap<>();

    /**
     * Reads the log as it is.
     *
     * @param client bootstrap and security properties
     */
    public LoggedPlans(Map<String, Object> client, TopicNames topics) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Cluster.TIMEOUT_MS);
        settings.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, HarmlessLines.COMMAND_CLIENT);
        this.log = new TopicPartition(topics.epochs(), 0);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            requireTopic();
            consumer.assign(List.of(log));
            consumer.seekToBeginning(List.of(log));
            refresh();
        } catch (TimeoutException silence) {
            consumer.close();
            throw Cluster.silence("read " + log.topic(), silence);
        } catch (RuntimeException failure) {
            consumer.close();
            throw failure;
        }
    }

    private void requireTopic() {
        if (consumer.partitionsFor(log.topic()).isEmpty()) {
            throw new CommandFailure(
                    "there is no topic " + log.topic() + " in this cluster",
                    "create all of a deployment's topics with 'seismo topics create'");
        }
    }

    /** The newest epoch, or {@code null} while there is none. */
    synchronized @Nullable Epoch last() {
        return epochs.isEmpty() ? null : epochs.lastEntry().getValue();
    }

    /** The plans of all epochs read so far, ascending. */
    public synchronized List<MonitorPlan> all() {
        return epochs.keySet().stream().map(this::of).toList();
    }

    /** What ticks have to say now. */
    public synchronized EpochSchedule schedule() {
        refresh();
        return EpochSchedule.of(epochs.values());
    }

    @Override
    public synchronized MonitorPlan newest() {
        return of(epochs.lastKey());
    }

    @Override
    public synchronized @Nullable MonitorPlan find(long number) {
        if (!epochs.containsKey(number)) {
            refresh();
        }
        Epoch epoch = epochs.get(number);
        return epoch == null ? null : plans.computeIfAbsent(number, none -> plan(epoch));
    }

    /** Reads what was added. */
    synchronized void refresh() {
        long end = consumer.endOffsets(List.of(log)).getOrDefault(log, 0L);
        int idle = 0;
        while (consumer.position(log) < end) {
            int before = epochs.size();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                take(record);
            }
            idle = epochs.size() > before ? 0 : idle + 1;
            if (idle == IDLE_POLLS) {
                throw new KafkaException(log + " gives nothing for "
                        + POLL.multipliedBy(IDLE_POLLS).toSeconds() + " s at offset " + consumer.position(log) + " of "
                        + end);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            Epoch epoch = Epoch.parseFrom(record.value());
            epochs.putIfAbsent(epoch.getNumber(), epoch);
        } catch (InvalidProtocolBufferException e) {
            throw new CommandFailure(
                    log + " offset " + record.offset() + " is not an epoch",
                    "only Seismo may write to " + log.topic(),
                    e);
        }
    }

    private static MonitorPlan plan(Epoch epoch) {
        try {
            return EpochRecord.plan(epoch);
        } catch (SpecException e) {
            throw new CommandFailure(
                    String.valueOf(e.getMessage()), "this version of Seismo does not understand a spec of the log", e);
        }
    }

    @Override
    public synchronized void close() {
        consumer.close();
    }
}
