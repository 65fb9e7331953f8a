package io.seismo.app.doctor;

import io.seismo.app.cli.Cluster;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/** Compares the topics of a cluster with what a spec needs. */
final class TopicsCheck {

    /** Fewer than wanted loses what was promised; the others are matters of taste. */
    private static final Set<String> AT_LEAST = Set.of("retention.ms", "max.message.bytes");

    private static final Set<String> PRIVACY = Set.of("retention.ms");

    private TopicsCheck() {}

    /** One finding a topic, or several when several things are wrong with it. */
    static List<Finding> run(Admin admin, List<Topics.Definition> definitions) {
        Set<String> names = Cluster.answer("list topics", admin.listTopics().names());
        Set<String> wanted = new HashSet<>();
        definitions.forEach(definition -> wanted.add(definition.name()));
        wanted.retainAll(names);
        Map<String, TopicDescription> found =
                Cluster.answer("describe topics", admin.describeTopics(wanted).allTopicNames());
        List<ConfigResource> resources = new ArrayList<>();
        wanted.forEach(name -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, name)));
        Map<ConfigResource, Config> configs = Cluster.answer(
                "read topic settings", admin.describeConfigs(resources).all());
        List<Finding> findings = new ArrayList<>();
        for (Topics.Definition definition : definitions) {
            TopicDescription description = found.get(definition.name());
            if (description == null) {
                findings.add(Finding.fail(definition.name(), "is not there", "seismo topics create"));
                continue;
            }
            Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, definition.name()));
            findings.addAll(compare(definition, description.partitions().size(), settings(definition, config)));
        }
        return findings;
    }

    /** Pure: what is wrong with a topic that exists. */
    static List<Finding> compare(Topics.Definition definition, int partitions, Map<String, String> settings) {
        List<Finding> findings = new ArrayList<>();
        if (partitions != definition.partitions()) {
            findings.add(Finding.fail(
                    definition.name(),
                    "has " + partitions + " partitions, the spec says " + definition.partitions(),
                    "Partitions are fixed for a generation: put the spec back, or start another deployment."));
        }
        new TreeMap<>(definition.config()).forEach((key, wanted) -> {
            String actual = settings.getOrDefault(key, "");
            if (!wanted.equals(actual)) {
                findings.add(differs(definition.name(), key, wanted, actual));
            }
        });
        if (findings.isEmpty()) {
            findings.add(Finding.ok(definition.name(), partitions + " partitions, settings as the spec says"));
        }
        return findings;
    }

    private static Finding differs(String topic, String key, String wanted, String actual) {
        String detail = key + " is " + (actual.isEmpty() ? "not set" : actual) + ", the spec says " + wanted;
        String remedy = "kafka-configs.sh --alter --topic " + topic + " --add-config " + key + "=" + wanted;
        boolean less = !AT_LEAST.contains(key) || number(actual) < number(wanted);
        if (PRIVACY.contains(key) && !less) {
            return Finding.warn(topic, detail + "; data is kept longer than promised", remedy);
        }
        return key.equals("segment.ms") || !less
                ? Finding.warn(topic, detail, remedy)
                : Finding.fail(topic, detail, remedy);
    }

    /** Retention -1 keeps for ever. */
    private static long number(String text) {
        try {
            long value = Long.parseLong(text);
            return value < 0 ? Long.MAX_VALUE : value;
        } catch (NumberFormatException notANumber) {
            return 0;
        }
    }

    private static Map<String, String> settings(Topics.Definition definition, @Nullable Config config) {
        Map<String, String> settings = new TreeMap<>();
        if (config != null) {
            for (String key : definition.config().keySet()) {
                ConfigEntry entry = config.get(key);
                if (entry != null && entry.value() != null) {
                    settings.put(key, entry.value());
                }
            }
        }
        return settings;
    }
}
