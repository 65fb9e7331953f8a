package io.seismo.app.doctor;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Errors;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a deployment: how many partitions, what is kept how long, what is compacted. */
public final class Topics {

    /**
     * One topic.
     *
     * @param name full name
     * @param partitions number of partitions
     * @param config settings that differ from the broker's
     */
    record Definition(String name, int partitions, Map<String, String> config) {
        Definition {
            config = Map.copyOf(config);
        }
    }

    /** Lets the cluster decide how many replicas a topic has. */
    static final short CLUSTER_DEFAULT = -1;

    /** A record of activations stays under 1 MiB; what Seismo writes under 512 KiB. */
    private static final String MAX_MESSAGE_BYTES = Integer.toString(2 << 20);

    private static final long AGAIN_MS = 100;

    private static final short REPLICAS_FOR_TWO_IN_SYNC = 3;

    /** Retention of a spec that says nothing: 6 h of activations, 30 d of features, 400 d of alerts. */
    private static final MonitorSpec.KeepSpec DEFAULT_KEEP = new MonitorSpec.KeepSpec(
            Duration.ofHours(6).toMillis(),
            Duration.ofDays(30).toMillis(),
            Duration.ofDays(30).toMillis(),
            Duration.ofDays(400).toMillis());

    private Topics() {}

    /** All topics of a plan, with default retention. */
    static List<Definition> of(MonitorPlan plan) {
        return of(plan.deployment(), plan.shape(), DEFAULT_KEEP);
    }

    /** All topics of a spec, with its retention. */
    static List<Definition> of(MonitorSpec spec) {
        return of(spec.deployment(), spec.partitions(), spec.keep());
    }

    private static List<Definition> of(String deployment, MonitorPlan.Shape shape, MonitorSpec.KeepSpec keep) {
        TopicNames topics = new TopicNames(deployment);
        int partitions = shape.partitions();
        int watch = shape.watchPartitions();
        List<Definition> all = new ArrayList<>();
        all.add(stampedByTheBroker(kept(topics.activations(), partitions, keep.activationsMs())));
        all.add(kept(topics.features(), partitions, keep.featuresMs()));
        all.add(kept(topics.requestScores(), partitions, keep.featuresMs()));
        all.add(kept(topics.breaches(), partitions, keep.alertsMs()));
        all.add(kept(topics.panePartials(), watch, Duration.ofDays(7).toMillis()));
        all.add(kept(topics.alertLog(), watch, keep.alertsMs()));
        all.add(compacted(topics.alerts(), watch));
        all.add(kept(topics.paneDigests(), watch, keep.featuresMs()));
        all.add(kept(topics.snapshots(), watch, keep.featuresMs()));
        all.add(compacted(topics.epochs(), 1));
        all.add(kept(topics.deliveries(), 1, keep.alertsMs()));
        return all;
    }

    private static Definition kept(String name, int partitions, long retentionMs) {
        Map<String, String> config = base();
        config.put("cleanup.policy", "delete");
        config.put("retention.ms", Long.toString(retentionMs));
        config.put("segment.ms", Long.toString(segmentMs(retentionMs)));
        return new Definition(name, partitions, config);
    }

    /** Against the broker's time a clock that runs ahead is found out: its ticks are refused. */
    private static Definition stampedByTheBroker(Definition topic) {
        Map<String, String> config = new TreeMap<>(topic.config());
        config.put("message.timestamp.type", "LogAppendTime");
        return new Definition(topic.name(), topic.partitions(), config);
    }

    /** Records go segment by segment: a segment of a week would keep six hours of user text for a week. */
    private static long segmentMs(long retentionMs) {
        long twelfth = retentionMs / 12;
        return Math.max(
                Duration.ofMinutes(10).toMillis(),
                Math.min(twelfth, Duration.ofDays(1).toMillis()));
    }

    private static Definition compacted(String name, int partitions) {
        Map<String, String> config = base();
        config.put("cleanup.policy", "compact");
        return new Definition(name, partitions, config);
    }

    private static Map<String, String> base() {
        Map<String, String> config = new TreeMap<>();
        config.put("max.message.bytes", MAX_MESSAGE_BYTES);
        config.put("message.timestamp.type", "CreateTime");
        return config;
    }

    /** Creates those that are not there, with the cluster's default replication; the others stay as they are. */
    public static List<String> create(Map<String, Object> client, MonitorPlan plan) {
        return create(client, of(plan), CLUSTER_DEFAULT);
    }

    /**
     * Creates those that are not there; the others stay as they are.
     *
     * @param replicas of each; with three or more, two must have a record before it counts as written
     * @return names of those that were created
     */
    public static List<String> create(Map<String, Object> client, List<Definition> definitions, short replicas) {
        List<String> created = new ArrayList<>();
        try (Admin admin = Cluster.admin(client)) {
            for (Definition definition : definitions) {
                Map<String, String> config = new TreeMap<>(definition.config());
                if (replicas >= REPLICAS_FOR_TWO_IN_SYNC) {
                    config.put("min.insync.replicas", "2");
                }
                NewTopic topic = new NewTopic(definition.name(), definition.partitions(), replicas);
                if (create(admin, topic.configs(config))) {
                    created.add(definition.name());
                }
            }
            awaitKnown(admin, created);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while creating topics", null, e);
        }
        return created;
    }

    private static boolean create(Admin admin, NewTopic topic) throws InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            if (e.getCause() instanceof TimeoutException) {
                throw Cluster.silence("create " + topic.name(), e);
            }
            throw new CommandFailure(
                    "cannot create " + topic.name() + ": " + Errors.cause(e), "May this principal create topics?", e);
        }
    }

    /**
     * A broker may learn of a topic a moment after the controller has made it, and whoever asks next should find it. A
     * principal that may not look is not kept waiting for long.
     */
    private static void awaitKnown(Admin admin, List<String> names) throws InterruptedException {
        long deadline =
                System.nanoTime() + Duration.ofMillis(Cluster.TIMEOUT_MS).toNanos();
        boolean young = true;
        while (young && System.nanoTime() < deadline) {
            try {
                admin.describeTopics(names).allTopicNames().get();
                young = false;
            } catch (ExecutionException e) {
                young = e.getCause() instanceof UnknownTopicOrPartitionException;
                Thread.sleep(AGAIN_MS);
            }
        }
    }
}
