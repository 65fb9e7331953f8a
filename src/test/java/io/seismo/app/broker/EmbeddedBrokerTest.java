package io.seismo.app.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.app.cli.CommandFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final int LARGE = 1_200_000;

    @TempDir
    Path dir;

    @Test
    void shouldKeepRecordsAndOffsetsWhenRestartedOnTheSameDirectory() throws Exception {
        EmbeddedBroker.Settings settings = EmbeddedBroker.Settings.TEMPORARY.in(dir);
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            assertThat(broker.bootstrap()).startsWith("127.0.0.1:");
            assertThat(admin.describeFeatures()
                            .featureMetadata()
                            .get()
                            .finalizedFeatures()
                            .get("transaction.version")
                            .maxVersionLevel())
                    .isGreaterThanOrEqualTo((short) 2);
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
            produceInATransaction(broker.bootstrap());
            assertThatThrownBy(() -> admin.describeTopics(List.of("typo"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
        try (EmbeddedBroker again = EmbeddedBroker.start(settings)) {
            assertThat(readAll(again.bootstrap())).containsExactly("committed", "x".repeat(LARGE));
        }
    }

    @Test
    void shouldSayWhoIsInTheWayWhenTheDirectoryOrThePortIsTaken(@TempDir Path other) {
        EmbeddedBroker.Settings settings = EmbeddedBroker.Settings.TEMPORARY.in(dir);
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(settings))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("another broker uses " + dir);
            int port = Integer.parseInt(broker.bootstrap().split(":")[1]);
            assertThatThrownBy(
                            () -> EmbeddedBroker.start(new EmbeddedBroker.Settings(other, port, Duration.ofHours(1))))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage("port " + port + " of 127.0.0.1 is taken");
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenTemporaryAndClosedTwice() {
        EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY);
        assertThat(broker.dir()).isDirectory();
        broker.close();
        broker.close();
        assertThat(Files.exists(broker.dir())).isFalse();
    }

    @Test
    void shouldLeaveNoDirectoryBehindWhenItCannotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBroker.Settings onTakenPort =
                    new EmbeddedBroker.Settings(null, taken.getLocalPort(), Duration.ofHours(1));
            assertThatThrownBy(() -> EmbeddedBroker.start(onTakenPort, dir)).isInstanceOf(CommandFailure.class);
            assertThat(dir).isEmptyDirectory();
        }
        // Milliseconds of this do not fit: it fails when the directory is already formatted.
        EmbeddedBroker.Settings endless = new EmbeddedBroker.Settings(null, 0, Duration.ofSeconds(Long.MAX_VALUE));
        assertThatThrownBy(() -> EmbeddedBroker.start(endless, dir)).isInstanceOf(ArithmeticException.class);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void shouldKeepAGivenDirectoryWhenItCannotStart() {
        Path given = dir.resolve("given");
        EmbeddedBroker.Settings endless = new EmbeddedBroker.Settings(given, 0, Duration.ofSeconds(Long.MAX_VALUE));
        assertThatThrownBy(() -> EmbeddedBroker.start(endless)).isInstanceOf(ArithmeticException.class);
        assertThat(given).isNotEmptyDirectory();
    }

    private static void produceInATransaction(String bootstrap) {
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                bootstrap,
                "transactional.id",
                "test",
                "max.request.size",
                EmbeddedBroker.MAX_MESSAGE_BYTES);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record("aborted"));
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record("committed"));
            producer.send(record("x".repeat(LARGE)));
            producer.commitTransaction();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String value) {
        return new ProducerRecord<>("t", value.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> readAll(String bootstrap) {
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition("t", 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<String> values = new ArrayList<>();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(5))) {
                    values.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
            return values;
        }
    }
}
