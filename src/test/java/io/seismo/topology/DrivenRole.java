package io.seismo.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.seismo.activation.TestPlans;
import io.seismo.encoder.Encoder;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.spec.TopicNames;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.streams.DriverAccess;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;

/** One role under the driver of Kafka Streams, settings as in production: task 0, a commit behind every record. */
final class DrivenRole implements AutoCloseable {

    static final TopicNames TOPICS = new TopicNames(TopologyPlans.driven().deployment());

    /**
     * One record that was sent.
     *
     * @param partition chosen by the sink; {@code null} leaves it to the hash of the key
     */
    record Sent<M>(@Nullable Integer partition, byte[] rawKey, M message) {

        String key() {
            return new String(rawKey, StandardCharsets.UTF_8);
        }

        int number() {
            return new IntegerDeserializer().deserialize("", rawKey);
        }
    }

    private final String role;
    private final Path directory;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> input;

    private DrivenRole(String role, Path directory, String source, RoleMetrics metrics) {
        this.role = role;
        this.directory = directory;
        this.driver = new TopologyTestDriver(topology(role, metrics), properties(role, directory));
        this.input = driver.createInputTopic(source, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** ENCODE with SCORE of partition 0. */
    static DrivenRole encode(Path directory) {
        return encode(directory, RoleMetrics.NONE);
    }

    static DrivenRole encode(Path directory, RoleMetrics metrics) {
        return new DrivenRole("encode", directory, TOPICS.activations(), metrics);
    }

    /** WATCH of watch partition 0. */
    static DrivenRole watch(Path directory) {
        return new DrivenRole("watch", directory, TOPICS.panePartials(), RoleMetrics.NONE);
    }

    /** The only place that knows how the topologies are built. */
    private static Topology topology(String role, RoleMetrics metrics) {
        MonitorPlan plan = TopologyPlans.driven();
        Map<String, Encoder> encoders = TestPlans.encoders();
        return role.equals("encode")
                ? SeismoTopologies.encode(Plans.only(plan), any -> encoders, metrics)
                : SeismoTopologies.watch(Plans.only(plan), metrics);
    }

    private static Properties properties(String role, Path directory) {
        Properties properties = new Properties();
        properties.putAll(StreamsSettings.of("seismo-test-" + role + "-g1", "driver:1", directory)
                .toMap());
        return properties;
    }

    void give(byte @Nullable [] key, byte @Nullable [] value) {
        input.pipeInput(key, value);
    }

    void give(MessageLite message) {
        give(null, message.toByteArray());
    }

    /** Takes what a topic got since the last call. */
    <M> List<Sent<M>> sent(String topic, Parser<M> parser) {
        List<Sent<M>> sent = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : DriverAccess.drain(driver, topic)) {
            try {
                sent.add(new Sent<>(record.partition(), record.key(), parser.parseFrom(record.value())));
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(topic + " got what is no message", e);
            }
        }
        return sent;
    }

    /** The role again, from what lies on disk. */
    DrivenRole startedAgain() {
        DriverAccess.stop(driver);
        return role.equals("encode") ? encode(directory) : watch(directory);
    }

    @Override
    public void close() {
        driver.close();
    }
}
