package io.seismo.chaos;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.reference.PlanFixture;
import io.seismo.reference.Traffic;
import io.seismo.spec.TopicNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Traffic on a real broker, processed by children that are killed with SIGKILL at seeded points.
 *
 * <p>The points are places in the output, not moments: a kill falls when so many records of {@code features} have been
 * written, or when a pane is being closed, or right after a restart while stores are being restored.
 */
final class ChaosRun implements AutoCloseable {

    static final int PARTITIONS = 2;
    static final int WATCH_PARTITIONS = 2;

    private static final Duration STEP = Duration.ofMinutes(2);

    /** When to kill. */
    enum Moment {
        /** After a share of the input has been encoded. */
        PROGRESS,
        /** When partial panes have just been written, inside the transaction that closes the pane. */
        PANE_CLOSE,
        /** Shortly after a restart, while the changelog is read. */
        RESTORE
    }

    /**
     * How children run.
     *
     * @param threads stream threads of each role
     * @param instances children at a time
     * @param guarantee processing guarantee
     */
    record Mode(int threads, int instances, String guarantee) {
        static final Mode EXACTLY_ONCE = new Mode(1, 1, "exactly_once_v2");
    }

    private static final String RESTORING = " restoring ";

    private final Path dir;
    private final EmbeddedBroker broker;
    private final Admin admin;
    private final TopicNames topics =
            new TopicNames(PlanFixture.plan(PARTITIONS, WATCH_PARTITIONS).deployment());
    private final List<ChildProcess> children = new ArrayList<>();
    private final Mode mode;
    private long restores;

    ChaosRun(Path dir, Mode mode) throws Exception {
        this.dir = dir;
        this.mode = mode;
        this.broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY);
        this.admin = Admin.create(client());
        admin.createTopics(topics()).all().get();
    }

    Map<String, Object> client() {
        return Map.of("bootstrap.servers", broker.bootstrap());
    }

    TopicNames names() {
        return topics;
    }

    /** Writes all traffic, then lets children work through it, killing one at each point in order. */
    void run(Traffic traffic, List<Moment> kills, long seed) throws Exception {
        send(traffic);
        long total = records(traffic);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < mode.instances(); i++) {
            children.add(start(i));
        }
        for (int k = 0; k < kills.size(); k++) {
            long from = total * k / (kills.size() + 1);
            long to = total * (k + 1) / (kills.size() + 1);
            int victim = kills.get(k) == Moment.RESTORE ? 0 : random.nextInt(children.size());
            await(kills.get(k), random.nextLong(from, to + 1));
            restores = children.get(victim).said(RESTORING);
            children.get(victim).kill();
            children.set(victim, start(victim));
        }
    }

    private void await(Moment moment, long encoded) throws Exception {
        switch (moment) {
            case PROGRESS -> awaitGrowth(topics.features(), PARTITIONS, encoded);
            case PANE_CLOSE -> {
                awaitGrowth(topics.features(), PARTITIONS, encoded);
                long written = end(topics.panePartials(), WATCH_PARTITIONS);
                awaitGrowth(topics.panePartials(), WATCH_PARTITIONS, written + 1);
            }
            case RESTORE -> awaitRestore(children.get(0), restores);
        }
    }

    private void awaitRestore(ChildProcess child, long before) throws Exception {
        until(() -> child.said(RESTORING) > before, "nothing was restored");
    }

    private ChildProcess start(int instance) throws IOException {
        return ChildProcess.start(
                dir.resolve("child-" + instance + ".log"),
                ChaosChild.class,
                List.of(
                        broker.bootstrap(),
                        dir.resolve("state-" + instance).toString(),
                        Integer.toString(mode.threads()),
                        mode.guarantee()));
    }

    private void awaitGrowth(String topic, int partitions, long atLeast) throws Exception {
        until(() -> end(topic, partitions) >= atLeast, topic + " did not reach " + atLeast + " records");
    }

    private void until(Callable<Boolean> reached, String otherwise) throws Exception {
        long deadline = System.nanoTime() + STEP.toNanos();
        while (!reached.call()) {
            requireAlive();
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        otherwise + " within " + STEP + ":\n" + children.get(0).lastWords());
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    void requireAlive() throws IOException {
        for (ChildProcess child : children) {
            if (!child.alive()) {
                throw new AssertionError("a child died by itself:\n" + child.lastWords());
            }
        }
    }

    /** Sum of end offsets, uncommitted records included. */
    long end(String topic, int partitions) throws Exception {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
        long sum = 0;
        for (TopicPartition partition : all) {
            sum += admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
        return sum;
    }

    private void send(Traffic traffic) throws Exception {
        Map<String, Object> settings = new HashMap<>(client());
        // Oversized records are part of the traffic; it is Seismo that must refuse them.
        settings.put("max.request.size", EmbeddedBroker.MAX_MESSAGE_BYTES);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<List<byte[]>> partitions = traffic.records();
            for (int p = 0; p < partitions.size(); p++) {
                for (byte[] value : partitions.get(p)) {
                    sent.add(producer.send(new ProducerRecord<>(topics.activations(), p, null, value)));
                }
            }
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    private static long records(Traffic traffic) {
        return traffic.partitions().stream().mapToLong(List::size).sum();
    }

    private List<NewTopic> topics() {
        List<NewTopic> all = new ArrayList<>();
        for (String name : List.of(topics.activations(), topics.features())) {
            all.add(new NewTopic(name, PARTITIONS, (short) 1));
        }
        for (String name : List.of(topics.panePartials(), topics.paneDigests(), topics.alertLog(), topics.alerts())) {
            all.add(new NewTopic(name, WATCH_PARTITIONS, (short) 1));
        }
        for (String name : List.of(topics.requestScores(), topics.breaches(), topics.snapshots(), topics.epochs())) {
            all.add(new NewTopic(name, 1, (short) 1));
        }
        return all;
    }

    @Override
    public void close() throws Exception {
        for (ChildProcess child : children) {
            child.close();
        }
        admin.close();
        broker.close();
    }
}
