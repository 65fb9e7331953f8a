package io.seismo.app.live;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Meters;
import io.seismo.wire.PaneDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that panes stop: reads {@code pane-digests} and says how old the last merged pane of each watch partition is.
 * The rule {@code SeismoStalled} pages on {@code seismo.pane.age}; the log says which partition. Part of the clock role,
 * in a thread of its own; what it finds moves nothing on the data path.
 */
final class StallWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final long STOP_MS = 5_000;

    private final Map<String, Object> client;
    private final MonitorPlan plan;
    private final InstantSource clock;
    private final Meters meters;
    private final Ages ages;
    private final Thread thread = new Thread(this::run, "seismo-stall-watch");
    private volatile boolean stopping;
    /** The consumer that is being polled; a thread that is interrupted in a poll cannot close it without complaint. */
    private volatile @Nullable KafkaConsumer<byte[], byte[]> polled;

    /** A watch that has not started. */
    StallWatch(Map<String, Object> client, MonitorPlan plan, InstantSource clock, Meters meters) {
        this.client = Map.copyOf(client);
        this.plan = plan;
        this.clock = clock;
        this.meters = meters;
        this.ages = new Ages(plan, clock.millis());
        thread.setDaemon(true);
    }

    /** Starts to read. */
    void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopping = true;
        KafkaConsumer<byte[], byte[]> consumer = polled;
        if (consumer != null) {
            consumer.wakeup();
        } else {
            thread.interrupt();
        }
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                polled = consumer;
                while (!stopping) {
                    read(consumer);
                    tell();
                }
            } catch (KafkaException failure) {
                if (!stopping) {
                    LOG.warn("cannot read pane digests: {}", failure.getMessage());
                    polled = null;
                    pause();
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(client);
        properties.remove("group.id");
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        String topic = new TopicNames(plan.deployment()).paneDigests();
        for (int partition = 0; partition < plan.shape().watchPartitions(); partition++) {
            partitions.add(new TopicPartition(topic, partition));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        return consumer;
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            try {
                PaneDigest digest = PaneDigest.parseFrom(record.value());
                ages.merged(digest.getWatchPartition(), digest.getPane());
            } catch (InvalidProtocolBufferException foreign) {
                LOG.atError().addKeyValue("offset", record.offset()).log("skipped a record that is no pane digest");
            }
        }
    }

    private void tell() {
        long now = clock.millis();
        ages.at(now)
                .forEach((partition, ageMs) ->
                        meters.set(Instrument.PANE_AGE, ageMs / 1e3, Integer.toString(partition)));
        for (int partition : ages.newlyStalled(now)) {
            LOG.atError()
                    .addKeyValue("watch_partition", partition)
                    .log("no pane was merged for {} s: a partition stalls", Ages.STALLED_MS / 1000);
        }
    }

    private void pause() {
        try {
            Thread.sleep(AGAIN.toMillis());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** How old the last merged pane of each watch partition is. Pure. */
    static final class Ages {

        /** Beyond pane, grace and any restart. */
        static final long STALLED_MS = 120_000;

        private final MonitorPlan plan;
        private final SortedMap<Integer, Long> ends = new TreeMap<>();
        private final SortedMap<Integer, Boolean> stalled = new TreeMap<>();

        /** Counts from the start where no pane was merged yet. */
        public Ages(MonitorPlan plan, long startMs) {
            this.plan = plan;
            for (int partition = 0; partition < plan.shape().watchPartitions(); partition++) {
                ends.put(partition, startMs);
            }
        }

        void merged(int partition, long pane) {
            ends.merge(partition, plan.timing().end(pane), Math::max);
        }

        SortedMap<Integer, Long> at(long nowMs) {
            SortedMap<Integer, Long> ages = new TreeMap<>();
            ends.forEach((partition, end) -> ages.put(partition, Math.max(0, nowMs - end)));
            return ages;
        }

        /** Partitions that stall since the last call, each once until it moves again. */
        List<Integer> newlyStalled(long nowMs) {
            List<Integer> newly = new ArrayList<>();
            at(nowMs).forEach((partition, age) -> {
                boolean now = age >= STALLED_MS;
                if (now && !Boolean.TRUE.equals(stalled.put(partition, now))) {
                    newly.add(partition);
                }
                stalled.put(partition, now);
            });
            return newly;
        }
    }
}
