package io.seismo.app;

import io.seismo.replay.EpochLog;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.wire.Epoch;
import io.seismo.wire.Label;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes epochs into the deployment's log, so that replay knows which spec was in force. */
final class EpochBook {

    private final Map<String, Object> client;

    EpochBook(Map<String, Object> client) {
        this.client = Map.copyOf(client);
    }

    /**
     * The number under which this plan runs: that of the last epoch when its spec and encoders are the same, else a new
     * one, written to the log.
     *
     * @param yaml the spec, verbatim
     * @param fingerprints of the encoders, by name
     * @param firstPane the first pane a new epoch governs
     */
    MonitorPlan enter(MonitorPlan plan, String yaml, Map<String, String> fingerprints, long firstPane) {
        TopicNames topics = new TopicNames(plan.deployment());
        List<Epoch> epochs = EpochLog.read(client, topics);
        Epoch.Builder epoch = describe(plan, yaml, fingerprints);
        if (!epochs.isEmpty()) {
            Epoch last = epochs.get(epochs.size() - 1);
            requireSameShape(plan, last);
            if (sameBody(last, epoch)) {
                return plan.withEpoch(last.getNumber());
            }
            epoch.setNumber(last.getNumber() + 1);
        }
        epoch.setFirstPane(firstPane);
        append(topics, epoch.build());
        return plan.withEpoch(epoch.getNumber());
    }

    private static Epoch.Builder describe(MonitorPlan plan, String yaml, Map<String, String> fingerprints) {
        Epoch.Builder epoch = Epoch.newBuilder()
                .setSchemaVersion(1)
                .setNumber(1)
                .setSpecHash(plan.specHash())
                .setSpec(yaml)
                .setPartitions(plan.shape().partitions())
                .setWatchPartitions(plan.shape().watchPartitions())
                .setPaneMs(plan.timing().paneMs())
                .setGraceMs(plan.timing().graceMs());
        fingerprints.forEach((name, value) ->
                epoch.addEncoderFingerprints(Label.newBuilder().setName(name).setValue(value)));
        return epoch;
    }

    private static boolean sameBody(Epoch last, Epoch.Builder now) {
        return last.getSpecHash().equals(now.getSpecHash())
                && last.getEncoderFingerprintsList().equals(now.getEncoderFingerprintsList());
    }

    private static void requireSameShape(MonitorPlan plan, Epoch last) {
        boolean same = last.getPartitions() == plan.shape().partitions()
                && last.getWatchPartitions() == plan.shape().watchPartitions()
                && last.getPaneMs() == plan.timing().paneMs()
                && last.getGraceMs() == plan.timing().graceMs();
        if (!same) {
            throw new CommandFailure(
                    "partitions, pane and grace of deployment " + plan.deployment() + " are fixed at "
                            + last.getPartitions() + "/" + last.getWatchPartitions() + " partitions, pane "
                            + last.getPaneMs() + " ms, grace " + last.getGraceMs()
                            + " ms",
                    "put them back, or start another deployment");
        }
    }

    private void append(TopicNames topics, Epoch epoch) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        byte[] key = Long.toString(epoch.getNumber()).getBytes(StandardCharsets.US_ASCII);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.epochs(), 0, key, epoch.toByteArray()))
                    .get();
        } catch (ExecutionException e) {
            throw new CommandFailure(
                    "cannot write to " + topics.epochs() + ": " + Errors.cause(e),
                    "is the broker up, and may this principal write there?",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while writing to " + topics.epochs(), null);
        }
    }
}
