package io.seismo.app.live;

import io.seismo.app.epochs.EpochSchedule;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Meters;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Tick;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only wall clock on the data path: writes a tick each second into every partition of {@code activations}.
 *
 * <p>A tick carries the whole second, so that several clocks write the same ticks; repeats and late ones change nothing,
 * so any process may run one. What it says of epochs is read from their log each time. A tick that cannot be written
 * within its few seconds is dropped and counted: the next one says more. Threads: one of its own.
 */
final class ClockRole implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClockRole.class);
    private static final long SECOND_MS = 1_000;
    private static final long QUIET_MS = 10_000;

    private final MonitorPlan plan;
    private final String topic;
    private final InstantSource clock;
    private final Meters meters;
    private final Supplier<EpochSchedule> epochs;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "seismo-clock");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicLong written = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong complained = new AtomicLong(Long.MIN_VALUE);

    /**
     * A clock that has not started.
     *
     * @param client Kafka client properties, {@code bootstrap.servers} among them
     * @param plan names the topic and the number of partitions
     * @param epochs as their log has them now
     */
    ClockRole(
            Map<String, Object> client,
            MonitorPlan plan,
            Supplier<EpochSchedule> epochs,
            InstantSource clock,
            Meters meters) {
        this.plan = plan;
        this.topic = new TopicNames(plan.deployment()).activations();
        this.clock = clock;
        this.meters = meters;
        this.epochs = epochs;
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 0);
        properties.put("request.timeout.ms", 3_000);
        properties.put("delivery.timeout.ms", 5_000);
        properties.put("max.block.ms", 2_000);
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Starts to tick, on the full second. */
    void start() {
        long wait = SECOND_MS - Math.floorMod(clock.millis(), SECOND_MS);
        timer.scheduleAtFixedRate(this::tickSafely, wait, SECOND_MS, TimeUnit.MILLISECONDS);
    }

    /** Whether a tick arrived lately. */
    boolean ready() {
        return clock.millis() - written.get() < QUIET_MS && written.get() != Long.MIN_VALUE;
    }

    /** Writes one tick into every partition; returns before they have arrived. */
    void tick() {
        long time = Math.floorDiv(clock.millis(), SECOND_MS) * SECOND_MS;
        int partitions = plan.shape().partitions();
        Tick tick = epochs.get().tick(time, partitions, plan.timing());
        meters.set(Instrument.SPEC_EPOCH, tick.getEpoch(), Role.CLOCK.id());
        byte[] value = ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(tick)
                .build()
                .toByteArray();
        for (int partition = 0; partition < partitions; partition++) {
            producer.send(new ProducerRecord<>(topic, partition, time, null, value), (metadata, failure) -> {
                if (failure == null) {
                    written.accumulateAndGet(time, Math::max);
                    meters.add(Instrument.TICKS_WRITTEN, 1);
                } else {
                    complain(failure);
                }
            });
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        producer.close(Duration.ofSeconds(2));
    }

    private void tickSafely() {
        try {
            tick();
        } catch (RuntimeException failure) {
            complain(failure);
        }
    }

    /** Counts each, logs one in ten seconds: a broker that is away would fill the log. */
    private void complain(Exception failure) {
        meters.add(Instrument.CLOCK_FAILURES, 1);
        long now = clock.millis();
        long before = complained.get();
        if ((before == Long.MIN_VALUE || now - before >= QUIET_MS) && complained.compareAndSet(before, now)) {
            LOG.warn("a tick was not written: {}: {}", failure.getClass().getSimpleName(), failure.getMessage());
        }
    }
}
