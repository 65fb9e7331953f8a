package io.seismo.notify;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Meters;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.Delivery;
import io.seismo.wire.Severity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role that tells people: one loop that owns consumer, ledger and dispatcher, and a thread for each receiver.
 *
 * <p>Where the group has no offset yet, it starts {@link Settings#startBack} before now, so that a first start does not
 * send the past.
 */
public final class NotifyRole implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotifyRole.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LEDGER_BACK_MS = Duration.ofDays(2).toMillis();
    private static final long STOP_MS = 20_000;

    private final Settings settings;
    private final InstantSource clock;
    private final Meters meters;
    private final TopicNames topics;
    private final Notices notices;
    private final Dispatcher dispatcher;
    private final OffsetTracker offsets = new OffsetTracker();
    private final BlockingQueue<Lanes.Result> results = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Thread loop = new Thread(this::run, "seismo-notify");
    private volatile boolean stopping;
    private volatile boolean ready;

    /**
     * What it needs.
     *
     * @param client Kafka client properties, {@code bootstrap.servers} among them
     * @param plan names the topics; gives severity and team of breaches
     * @param routes receivers by name
     * @param startBack how far back a group without offsets starts
     */
    public record Settings(
            Map<String, Object> client, MonitorPlan plan, SortedMap<String, Route> routes, Duration startBack) {

        /** How far back a group without offsets starts unless told otherwise. */
        public static final Duration START_BACK = Duration.ofHours(1);

        public Settings {
            client = Map.copyOf(client);
            routes = new TreeMap<>(routes);
        }
    }

    /**
     * A receiver and what it is told.
     *
     * @param receiver closed with the role
     * @param severities shadow has no effect
     */
    public record Route(Receiver receiver, Set<Severity> severities) {
        public Route {
            severities = Set.copyOf(severities);
        }
    }

    /** A role that has not started. */
    public NotifyRole(Settings settings, InstantSource clock, Meters meters) {
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
        this.topics = new TopicNames(settings.plan().deployment());
        this.notices =
                new Notices(settings.plan(), String.valueOf(settings.client().getOrDefault("bootstrap.servers", "")));
        SortedMap<String, Set<Severity>> severities = new TreeMap<>();
        settings.routes().forEach((name, route) -> severities.put(name, route.severities()));
        this.dispatcher = new Dispatcher(severities);
    }

    /** Starts the loop; returns at once. */
    public void start() {
        loop.start();
    }

    /** Whether it reads the log. */
    public boolean ready() {
        return ready;
    }

    /** Completes with the cause when the loop has ended by failure. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    /** Ends after the attempts under way; what is not settled is read again at the next start. */
    @Override
    public void close() {
        stopping = true;
        try {
            loop.join(STOP_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        settings.routes().values().forEach(route -> route.receiver().close());
    }

    private void run() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer();
                Ledger ledger = new Ledger(settings.client(), topics.deliveries());
                Lanes lanes = new Lanes(settings.routes(), meters, results::add)) {
            ledger.startAt(nowMs() - LEDGER_BACK_MS);
            consumer.subscribe(List.of(topics.alertLog(), topics.breaches()), new Rebalance(consumer, ledger));
            while (!stopping) {
                List<Delivery> entries = read(consumer.poll(POLL));
                dispatcher.due(nowMs()).forEach(lanes::send);
                settle(entries, consumer, ledger);
                ready = ready || !consumer.assignment().isEmpty();
            }
            // What was told while stopping must reach the ledger, or it would be told again.
            lanes.close();
            settle(new ArrayList<>(), consumer, ledger);
        } catch (WakeupException | InterruptedException stop) {
            LOG.debug("notify stops");
        } catch (RuntimeException thrown) {
            LOG.error("role notify stops: {}: {}", thrown.getClass().getSimpleName(), thrown.getMessage());
            LOG.debug("stack of the failure of role notify", thrown);
            failure.complete(thrown);
        } finally {
            ready = false;
        }
    }

    private List<Delivery> read(ConsumerRecords<byte[], byte[]> records) {
        List<Delivery> entries = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Optional<Notice> notice = read(record);
            notice.ifPresent(each -> entries.addAll(dispatcher.offer(each, nowMs())));
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            offsets.add(partition, record.offset(), notice.map(Notice::dedupKey).orElse(""));
        }
        return entries;
    }

    /** Books the attempts that have ended: ledger first, offsets after it. */
    private void settle(List<Delivery> entries, KafkaConsumer<byte[], byte[]> consumer, Ledger ledger)
            throws InterruptedException {
        for (Lanes.Result result = results.poll(); result != null; result = results.poll()) {
            entries.addAll(dispatcher.report(result.attempt(), result.outcome(), nowMs()));
        }
        book(entries, ledger);
        Map<TopicPartition, OffsetAndMetadata> settled = offsets.take(dispatcher::isSettled);
        if (!settled.isEmpty()) {
            consumer.commitSync(settled);
        }
        meters.set(Instrument.NOTIFY_PENDING, dispatcher.waiting());
    }

    private void book(List<Delivery> entries, Ledger ledger) throws InterruptedException {
        if (entries.isEmpty()) {
            return;
        }
        ledger.write(entries);
        for (Delivery entry : entries) {
            String outcome = entry.getDelivered() ? "delivered" : Words.kind(entry.getOutcome());
            meters.add(Instrument.NOTIFY_DELIVERIES, 1, entry.getReceiver(), outcome);
            if (!entry.getDelivered()) {
                LOG.atWarn()
                        .addKeyValue("receiver", entry.getReceiver())
                        .addKeyValue("attempt", entry.getAttempt())
                        .addKeyValue("outcome", entry.getOutcome())
                        .log("a notice of {} did not arrive", entry.getAlert());
            }
        }
    }

    private Optional<Notice> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.topic().equals(topics.breaches())
                    ? notices.of(Breach.parseFrom(record.value()))
                    : notices.of(AlertTransition.parseFrom(record.value()));
        } catch (InvalidProtocolBufferException foreign) {
            LOG.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .log("skipped a record that cannot be read");
            meters.add(Instrument.NOTIFY_DELIVERIES, 1, "none", "unreadable");
            return Optional.empty();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(settings.client());
        properties.put("group.id", "seismo-" + settings.plan().deployment() + "-notify-g1");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", 200);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private long nowMs() {
        return clock.millis();
    }

    /** Before a partition is read: what the ledger knows by now, and where a group without offsets starts. */
    private final class Rebalance implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Ledger ledger;

        Rebalance(KafkaConsumer<byte[], byte[]> consumer, Ledger ledger) {
            this.consumer = consumer;
            this.ledger = ledger;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            ledger.catchUp(dispatcher::remember);
            Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(partitions));
            Map<TopicPartition, Long> since = new HashMap<>();
            for (TopicPartition partition : partitions) {
                if (committed.get(partition) == null) {
                    since.put(partition, nowMs() - settings.startBack().toMillis());
                }
            }
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(since);
            for (TopicPartition partition : since.keySet()) {
                OffsetAndTimestamp at = found.get(partition);
                if (at == null) {
                    consumer.seekToEnd(List.of(partition));
                } else {
                    consumer.seek(partition, at.offset());
                }
                // A crash before the first commit must not skip what comes from here on.
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(consumer.position(partition))));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> settled = offsets.take(dispatcher::isSettled);
            settled.keySet().retainAll(partitions);
            consumer.commitSync(settled);
            offsets.forget(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            offsets.forget(partitions);
        }
    }
}
