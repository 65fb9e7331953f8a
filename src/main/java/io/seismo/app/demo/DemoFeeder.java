package io.seismo.app.demo;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.window.Fnv;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Tick;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The served model's side of the demo: frames, heartbeats and ticks, written through an ordinary Kafka producer.
 *
 * <p>Keeps its own ledger of what it sent, against which losses are counted.
 */
final class DemoFeeder {

    /** Requests that arrive within a slot share frames. */
    private static final long SLOT_MS = 5_000;

    private static final long HEARTBEAT_MS = 30_000;

    /**
     * What the feeder needs.
     *
     * @param client Kafka client properties
     * @param plan the plan that is running
     * @param story what happens when
     * @param traffic who asks what
     * @param pool what was captured of each text
     * @param seed of everything drawn
     */
    record Setting(
            Map<String, Object> client,
            MonitorPlan plan,
            DemoStory story,
            DemoTraffic traffic,
            Map<String, CapturedText> pool,
            long seed) {}

    private final Setting setting;
    private final String topic;
    private final List<DemoCapture> lanes = new ArrayList<>();
    private final SplittableRandom drops;
    private final Map<Long, Long> closingTickNanos = new ConcurrentHashMap<>();
    private final Map<String, Long> requestNanos = new ConcurrentHashMap<>();
    private final Map<String, CapturedText> textOf = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile long timeMs;
    private volatile long requests;

    DemoFeeder(Setting setting, DemoCapture.DemoModelCard card) {
        this.setting = setting;
        this.topic = new TopicNames(setting.plan().deployment()).activations();
        this.drops = new SplittableRandom(setting.seed() + 1);
        for (int p = 0; p < setting.plan().shape().partitions(); p++) {
            lanes.add(new DemoCapture("minilm-0/" + p, card, setting.story().startMs()));
        }
    }

    /** Tells the whole story, at this pace. */
    void run(DemoPace pace) {
        Map<String, Object> settings = new HashMap<>(setting.client());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 << 20);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            DemoStory story = setting.story();
            tick(producer, story.startMs());
            for (long slot = story.startMs(); slot < story.endMs(); slot += SLOT_MS) {
                pace.await(slot - story.startMs());
                slot(producer, slot);
                requireDelivered();
            }
            closeLastPane(producer);
            producer.flush();
        }
        requireDelivered();
    }

    private void slot(KafkaProducer<byte[], byte[]> producer, long slot) {
        List<List<DemoCapture.Served>> byLane = new ArrayList<>();
        lanes.forEach(lane -> byLane.add(new ArrayList<>()));
        for (DemoTraffic.Request request : setting.traffic().arrivals(slot, slot + SLOT_MS)) {
            CapturedText captured = Objects.requireNonNull(setting.pool().get(request.text()), "a text was not served");
            int lane = Math.floorMod(Fnv.hash32(request.id()), lanes.size());
            byLane.get(lane).add(new DemoCapture.Served(request, captured));
            textOf.put(request.id(), captured);
            requests++;
        }
        for (int lane = 0; lane < lanes.size(); lane++) {
            if (!byLane.get(lane).isEmpty()) {
                pass(producer, lane, byLane.get(lane), slot + SLOT_MS - 1);
            }
            if ((slot - setting.story().startMs()) % HEARTBEAT_MS == HEARTBEAT_MS - SLOT_MS) {
                long at = slot + SLOT_MS - 1;
                send(producer, lane, lanes.get(lane).heartbeat(at));
            }
        }
        tick(producer, slot + SLOT_MS);
    }

    private void pass(
            KafkaProducer<byte[], byte[]> producer, int lane, List<DemoCapture.Served> served, long timestampMs) {
        boolean drop = setting.story().drops(timestampMs) && drops.nextInt(3) == 0;
        ActivationRecord frame = lanes.get(lane).pass(served, timestampMs, drop);
        if (frame != null) {
            long now = System.nanoTime();
            served.forEach(one -> requestNanos.put(one.request().id(), now));
            send(producer, lane, frame);
        }
    }

    private void tick(KafkaProducer<byte[], byte[]> producer, long timeMs) {
        this.timeMs = timeMs;
        ActivationRecord tick = ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(Tick.newBuilder()
                        .setTimeMs(timeMs)
                        .setPartitions(lanes.size())
                        .setEpoch(setting.plan().epoch()))
                .build();
        for (int p = 0; p < lanes.size(); p++) {
            send(producer, p, tick);
        }
        long closed =
                setting.plan().timing().pane(timeMs - setting.plan().timing().graceMs()) - 1;
        closingTickNanos.putIfAbsent(closed, System.nanoTime());
    }

    private void closeLastPane(KafkaProducer<byte[], byte[]> producer) {
        tick(producer, setting.story().endMs() + setting.plan().timing().graceMs());
    }

    private void send(KafkaProducer<byte[], byte[]> producer, int partition, ActivationRecord record) {
        byte[] value = record.toByteArray();
        // Event time is in the record. Kafka's own timestamp is left at the time of sending: brokers delete by it.
        producer.send(new ProducerRecord<>(topic, partition, null, value), (sent, error) -> {
            if (error != null) {
                failure.compareAndSet(null, error);
            }
        });
    }

    private void requireDelivered() {
        Exception error = failure.get();
        if (error != null) {
            throw new IllegalStateException("a frame could not be written: " + error.getMessage(), error);
        }
    }

    /** Event time written last. */
    long timeMs() {
        return timeMs;
    }

    /** The last pane the story closes. */
    long lastPane() {
        return setting.plan().timing().pane(setting.story().endMs()) - 1;
    }

    long framesSent() {
        return lanes.stream().mapToLong(DemoCapture::framesSent).sum();
    }

    long rowsSent() {
        return lanes.stream().mapToLong(DemoCapture::rowsSent).sum();
    }

    long requests() {
        return requests;
    }

    /** When the tick was written that closes a pane, {@link System#nanoTime}; {@code null} when not yet. */
    @Nullable
    Long closedAtNanos(long pane) {
        return closingTickNanos.get(pane);
    }

    /** When a request's frame was written. */
    @Nullable
    Long sentAtNanos(String requestId) {
        return requestNanos.get(requestId);
    }

    /** What was asked and captured, for the screen of this machine only. */
    @Nullable
    CapturedText captured(String requestId) {
        return textOf.get(requestId);
    }
}
