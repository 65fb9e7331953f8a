package io.seismo.bench;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.topology.StreamsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** A broker in this process, the topics of plans, and clients; all temporary. */
final class BenchCluster implements AutoCloseable {

    private final EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY);
    private final Path stateDir;

    BenchCluster() throws IOException {
        stateDir = Files.createTempDirectory("seismo-bench-state");
    }

    String bootstrap() {
        return broker.bootstrap();
    }

    /**
     * Production settings of one application, but for a longer transaction timeout: benchmarks hold the stream thread up
     * for seconds to measure a limit on it.
     */
    Map<String, Object> settings(MonitorPlan plan, String role) {
        String application = "seismo-" + plan.deployment() + "-" + role + "-g1";
        return StreamsSettings.of(application, broker.bootstrap(), stateDir)
                .with(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 60_000)
                .toMap();
    }

    /** A new, empty directory for the stores of another process. */
    Path newStateDir() throws IOException {
        return Files.createTempDirectory(stateDir, "process");
    }

    /** Creates all topics that the roles of a plan write or read. */
    void createTopics(MonitorPlan plan) throws ExecutionException, InterruptedException {
        TopicNames names = new TopicNames(plan.deployment());
        int partitions = plan.shape().partitions();
        int watch = plan.shape().watchPartitions();
        List<NewTopic> topics = new ArrayList<>();
        topics.add(topic(names.activations(), partitions));
        topics.add(topic(names.features(), partitions));
        for (String name : List.of(
                names.requestScores(),
                names.breaches(),
                names.panePartials(),
                names.alertLog(),
                names.alerts(),
                names.paneDigests(),
                names.snapshots())) {
            topics.add(topic(name, watch));
        }
        create(topics);
    }

    /** Creates one topic. */
    void createTopic(String name, int partitions) throws ExecutionException, InterruptedException {
        create(List.of(topic(name, partitions)));
    }

    private void create(List<NewTopic> topics) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            admin.createTopics(topics).all().get();
        }
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, partitions, (short) 1);
    }

    /** A producer as a capture client would have it. */
    KafkaProducer<byte[], byte[]> producer(int lingerMs) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrap());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, lingerMs);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 2 << 20);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A read-committed consumer of all partitions of topics, from their present end or from the start. */
    KafkaConsumer<byte[], byte[]> consumer(List<String> topics, boolean fromStart) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", broker.bootstrap());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic).forEach(at -> all.add(new TopicPartition(topic, at.partition())));
        }
        consumer.assign(all);
        if (fromStart) {
            consumer.seekToBeginning(all);
        } else {
            consumer.seekToEnd(all);
        }
        all.forEach(consumer::position);
        return consumer;
    }

    @Override
    public void close() throws IOException {
        broker.close();
        try (Stream<Path> files = Files.walk(stateDir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
