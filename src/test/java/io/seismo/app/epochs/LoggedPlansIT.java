package io.seismo.app.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.Deployment;
import io.seismo.app.doctor.Topics;
import io.seismo.app.replay.ReplayOptions;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EpochRecord;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.Epoch;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LoggedPlansIT {

    /** Two processes may write the same number at once; live and in a replay the same one of them must count. */
    @Test
    void shouldTakeTheFirstRecordOfANumberLiveAndInAReplay() throws Exception {
        Deployment packaged = Deployment.packaged(new WeightCatalog());
        TopicNames topics = new TopicNames(packaged.plan().deployment());
        String other = packaged.yaml().replace("3.05", "2.5");
        try (EmbeddedBroker broker = EmbeddedBroker.start(EmbeddedBroker.Settings.TEMPORARY)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
            Topics.create(client, packaged.plan());
            append(client, topics, "1/a", epoch(packaged.yaml(), 1));
            try (LoggedPlans plans = new LoggedPlans(client, topics)) {
                assertThat(plans.find(2)).isNull();
                append(client, topics, "1/b", epoch(other, 1));
                append(client, topics, "2/b", epoch(other, 2));

                assertThat(thresholds(List.of(plans.of(1), plans.of(2)))).containsExactly(3.05f, 2.5f);
            }
            assertThat(thresholds(ReplayOptions.plans(client, topics))).containsExactly(3.05f, 2.5f);
        }
    }

    private static List<Float> thresholds(List<MonitorPlan> plans) {
        return plans.stream()
                .map(plan -> plan.watch("golden-gate-bridge").firesAbove())
                .toList();
    }

    private static Epoch epoch(String yaml, long number) throws Exception {
        EncoderCatalog catalog = new WeightCatalog();
        Epoch.Builder epoch =
                Epoch.newBuilder().setSchemaVersion(1).setNumber(number).setSpec(yaml);
        for (String location : List.of("demo/sae", "demo/phishing.safetensors")) {
            epoch.addEncoders(EpochRecord.encoder(location, catalog.facts(location)));
        }
        return epoch.build();
    }

    private static void append(Map<String, Object> client, TopicNames topics, String key, Epoch epoch)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.epochs(), 0, key.getBytes("UTF-8"), epoch.toByteArray()))
                    .get();
        }
    }
}
