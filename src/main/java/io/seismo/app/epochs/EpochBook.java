package io.seismo.app.epochs;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.Errors;
import io.seismo.encoder.Encoder;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.EncoderCatalog;
import io.seismo.spec.EncoderCatalog.UnknownEncoderException;
import io.seismo.spec.EpochRecord;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.Timing;
import io.seismo.spec.TopicNames;
import io.seismo.wire.Epoch;
import io.seismo.wire.Label;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Enters specs into the deployment's log of epochs.
 *
 * <p>A spec that is the newest epoch's, over the same encoders, is that epoch; any other is a new one, also when it was
 * an earlier one: going back is a change like any other.
 */
public final class EpochBook {

    private final Map<String, Object> client;
    private final EncoderCatalog catalog;
    private final LoggedPlans log;

    /**
     * A book over a log.
     *
     * @param client Kafka client properties, for writing
     * @param catalog facts of the weights, to be kept with the spec
     */
    public EpochBook(Map<String, Object> client, EncoderCatalog catalog, LoggedPlans log) {
        this.client = Map.copyOf(client);
        this.catalog = catalog;
        this.log = log;
    }

    /**
     * The epoch under which a deployment's spec runs: the newest when it is the same, else a new one, written to the log.
     *
     * @param encoders of the spec, open, by name
     * @param firstPane the first pane a new epoch governs
     */
    public MonitorPlan enter(Deployment deployment, Map<String, Encoder> encoders, long firstPane) {
        Epoch.Builder epoch = describe(deployment, encoders).setFirstPane(firstPane);
        log.refresh();
        while (true) {
            Epoch last = log.last();
            if (last != null && sameBody(last, epoch)) {
                return log.of(last.getNumber());
            }
            if (last != null) {
                requireSameShape(deployment.plan(), log.of(last.getNumber()));
            }
            // Another process may write the same number meanwhile: the first record of a number counts, so look again.
            append(epoch.setNumber(last == null ? 1 : last.getNumber() + 1).build(), log(deployment));
            log.refresh();
        }
    }

    private static TopicNames log(Deployment deployment) {
        return new TopicNames(deployment.plan().deployment());
    }

    private Epoch.Builder describe(Deployment deployment, Map<String, Encoder> encoders) {
        MonitorPlan plan = deployment.plan();
        Epoch.Builder epoch = Epoch.newBuilder()
                .setSchemaVersion(1)
                .setSpecHash(plan.specHash())
                .setSpec(deployment.yaml())
                .setPartitions(plan.shape().partitions())
                .setWatchPartitions(plan.shape().watchPartitions())
                .setPaneMs(plan.timing().paneMs())
                .setGraceMs(plan.timing().graceMs());
        new TreeMap<>(encoders)
                .forEach((name, encoder) -> epoch.addEncoderFingerprints(
                        Label.newBuilder().setName(name).setValue(encoder.fingerprint())));
        for (TapPlan tap : plan.taps()) {
            for (TapPlan.EncoderPlan encoder : tap.encoders()) {
                Encoder open = encoders.get(encoder.name());
                if (open == null) {
                    throw new IllegalArgumentException("encoder " + encoder.name() + " is not open");
                }
                addFacts(epoch, encoder.location(), open.weights());
            }
        }
        plan.canaries().stream().map(CanaryPlan::location).distinct().forEach(location -> addCanary(epoch, location));
        return epoch;
    }

    private void addCanary(Epoch.Builder epoch, String location) {
        try {
            epoch.addCanaries(EpochRecord.canary(location, catalog.canary(location)));
        } catch (UnknownEncoderException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e.remedy(), e);
        }
    }

    private void addFacts(Epoch.Builder epoch, String location, String weights) {
        try {
            epoch.addEncoders(
                    EpochRecord.encoder(location, catalog.facts(location).read(weights)));
        } catch (UnknownEncoderException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e.remedy(), e);
        }
    }

    private static boolean sameBody(Epoch last, Epoch.Builder now) {
        return last.getSpecHash().equals(now.getSpecHash())
                && last.getEncoderFingerprintsList().equals(now.getEncoderFingerprintsList())
                && last.getCanariesList().equals(now.getCanariesList());
    }

    private static void requireSameShape(MonitorPlan plan, MonitorPlan last) {
        if (!plan.shape().equals(last.shape()) || !plan.timing().equals(last.timing())) {
            Timing timing = last.timing();
            throw new CommandFailure(
                    "partitions, pane, grace and lead of deployment " + plan.deployment() + " are fixed at "
                            + last.shape().partitions() + "/" + last.shape().watchPartitions() + " partitions, pane "
                            + timing.paneMs() + " ms, grace " + timing.graceMs() + " ms, lead " + timing.leadMs()
                            + " ms",
                    "put them back, or start another deployment");
        }
    }

    private void append(Epoch epoch, TopicNames topics) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topics.epochs(), 0, key(epoch), epoch.toByteArray()))
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

    /** Two bodies of one number must both stay in the compacted log, for the first to count. */
    private static byte[] key(Epoch epoch) {
        try {
            byte[] body = MessageDigest.getInstance("SHA-256").digest(epoch.toByteArray());
            return (epoch.getNumber() + "/" + HexFormat.of().formatHex(body)).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
