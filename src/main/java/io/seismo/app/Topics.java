package io.seismo.app;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** The topics of a deployment: how many partitions, what is kept how long, what is compacted. */
final class Topics {

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

    /** A record of activations stays under 1 MiB; what Seismo writes under 512 KiB. */
    private static final String MAX_MESSAGE_BYTES = Integer.toString(2 << 20);

    private Topics() {}

    /** All topics of a plan, with default retention. */
    static List<Definition> of(MonitorPlan plan) {
        TopicNames topics = new TopicNames(plan.deployment());
        int partitions = plan.shape().partitions();
        int watch = plan.shape().watchPartitions();
        List<Definition> all = new ArrayList<>();
        all.add(kept(topics.activations(), partitions, Duration.ofHours(6)));
        all.add(kept(topics.features(), partitions, Duration.ofDays(30)));
        all.add(kept(topics.requestScores(), partitions, Duration.ofDays(30)));
        all.add(kept(topics.breaches(), partitions, Duration.ofDays(400)));
        all.add(kept(topics.panePartials(), watch, Duration.ofDays(7)));
        all.add(kept(topics.alertLog(), watch, Duration.ofDays(400)));
        all.add(compacted(topics.alerts(), watch));
        all.add(kept(topics.paneDigests(), watch, Duration.ofDays(30)));
        all.add(kept(topics.snapshots(), watch, Duration.ofDays(30)));
        all.add(compacted(topics.epochs(), 1));
        all.add(kept(topics.deliveries(), 1, Duration.ofDays(400)));
        return all;
    }

    private static Definition kept(String name, int partitions, Duration retention) {
        Map<String, String> config = base();
        config.put("cleanup.policy", "delete");
        config.put("retention.ms", Long.toString(retention.toMillis()));
        return new Definition(name, partitions, config);
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
    static List<String> create(Map<String, Object> client, MonitorPlan plan) {
        List<String> created = new ArrayList<>();
        try (Admin admin = Admin.create(client)) {
            for (Definition definition : of(plan)) {
                NewTopic topic = new NewTopic(definition.name(), definition.partitions(), (short) -1);
                if (create(admin, topic.configs(definition.config()))) {
                    created.add(definition.name());
                }
            }
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
            throw new CommandFailure(
                    "cannot create " + topic.name() + ": " + e.getCause().getMessage(),
                    "is the broker up, and may this principal create topics?",
                    e);
        }
    }
}
