package io.seismo.app.doctor;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.Errors;
import io.seismo.app.cli.Output;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Looks at a cluster the way Seismo depends on it. */
final class Doctor {

    private static final short TRANSACTION_VERSION = 2;
    private static final long MAX_SKEW_MS = 2_000;
    private static final String CLOCK = "clock";

    private final Map<String, Object> client;
    private final InstantSource clock;

    Doctor(Map<String, Object> client, InstantSource clock) {
        this.client = Map.copyOf(client);
        this.clock = clock;
    }

    /** All checks that change nothing. */
    List<Finding> examine(Admin admin, List<Topics.Definition> definitions) {
        List<Finding> findings = new ArrayList<>();
        int brokers = Cluster.answer(
                        "reach the brokers", admin.describeCluster().nodes())
                .size();
        findings.add(
                brokers >= 3
                        ? Finding.ok("brokers", brokers + " answer")
                        : Finding.warn("brokers", brokers + " answer", "Fine for a demo; production wants three."));
        findings.add(transactions(Cluster.answer(
                "read the cluster's features", admin.describeFeatures().featureMetadata())));
        findings.addAll(TopicsCheck.run(admin, definitions));
        return findings;
    }

    /** Exactly-once needs the transaction protocol that cannot leave a transaction hanging (KIP-890). */
    static Finding transactions(FeatureMetadata features) {
        FinalizedVersionRange found = features.finalizedFeatures().get("transaction.version");
        int level = found == null ? 0 : found.maxVersionLevel();
        return level >= TRANSACTION_VERSION
                ? Finding.ok("transactions", "transaction.version is " + level)
                : Finding.fail(
                        "transactions",
                        "transaction.version is " + level + ": exactly-once may lose or repeat records",
                        "kafka-features.sh --bootstrap-server … upgrade --feature transaction.version=2");
    }

    /** Compares clocks by a record the broker stamps, in a topic of its own that is deleted again. */
    Finding compareClocks(Admin admin, String topic) throws InterruptedException {
        NewTopic probe = new NewTopic(topic, 1, Topics.CLUSTER_DEFAULT);
        Cluster.answer(
                "create " + topic,
                admin.createTopics(List.of(probe.configs(Map.of("message.timestamp.type", "LogAppendTime"))))
                        .all());
        try {
            return skew(topic);
        } finally {
            Cluster.answer("delete " + topic, admin.deleteTopics(List.of(topic)).all());
        }
    }

    private Finding skew(String topic) throws InterruptedException {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("linger.ms", 0);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            // The first send also fetches metadata; the second measures.
            producer.send(new ProducerRecord<>(topic, new byte[0])).get();
            long before = clock.millis();
            long stamped = producer.send(new ProducerRecord<>(topic, new byte[0]))
                    .get()
                    .timestamp();
            return skew(before, stamped, clock.millis());
        } catch (ExecutionException failure) {
            return Finding.fail(CLOCK, "cannot write to " + topic + ": " + Errors.cause(failure), "");
        }
    }

    /** Pure: the broker stamped at some moment between the two. */
    static Finding skew(long before, long stamped, long after) {
        long ahead = Math.max(0, stamped - after);
        long behind = Math.max(0, before - stamped);
        long skew = Math.max(ahead, behind);
        String words = skew == 0
                ? "agrees with the broker's"
                : "is " + Duration.ofMillis(skew).toMillis() + " ms " + (ahead > 0 ? "behind" : "ahead of")
                        + " the broker's";
        return skew <= MAX_SKEW_MS
                ? Finding.ok(CLOCK, words)
                : Finding.fail(CLOCK, words, "Frames are refused as late or ahead: run NTP on both.");
    }

    /** Writes the findings and gives the exit code. */
    static int tell(List<Finding> findings, Output output) {
        long failed = findings.stream()
                .filter(finding -> finding.status() == Finding.Status.FAIL)
                .count();
        long warned = findings.stream()
                .filter(finding -> finding.status() == Finding.Status.WARN)
                .count();
        output.write(Map.of("ok", failed == 0, "findings", findings), out -> {
            findings.forEach(finding -> out.println(finding.text()));
            out.println();
            out.println(
                    failed == 0 ? "sound" + (warned == 0 ? "" : ", " + warned + " to look at") : failed + " failed");
        });
        return failed == 0 ? 0 : 1;
    }
}
