package io.seismo.app.replay;

import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.ClientProperties;
import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.replay.Replay;
import io.seismo.replay.ReplayException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What both replay commands are told. */
public final class ReplayOptions {

    private static final Pattern EPOCHS = Pattern.compile("seismo\\.([^.]+)\\.epochs");

    /** Where the log is: exactly one of the two. */
    static final class Log {
        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description = "Directory of a kept demo or broker.",
                required = true)
        private @Nullable Path dir;

        @Option(
                names = "--bootstrap",
                paramLabel = "HOST:PORT",
                description = "Brokers of a running cluster.",
                required = true)
        private @Nullable String bootstrap;
    }

    @ArgGroup(multiplicity = "1")
    private Log log = new Log();

    @Option(
            names = "--deployment",
            paramLabel = "NAME",
            description = "Which deployment, when the cluster has several.")
    private @Nullable String deployment;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Start, such as 2026-11-20T14:00:00Z. Default: the origin.")
    private @Nullable Instant from;

    @Option(names = "--to", paramLabel = "TIME", description = "End, exclusive. Default: the end of the log.")
    private @Nullable Instant to;

    @Option(
            names = "--source",
            paramLabel = "TOPIC",
            defaultValue = "features",
            description = "features (exact, cheap) or activations (encoded again). Default: ${DEFAULT-VALUE}.")
    private String source = "features";

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Kafka client properties: TLS, SASL and whatever else.")
    private @Nullable Path commandConfig;

    /** Opens the log, hands a client to {@code work}, and closes what was opened. */
    <T> T withLog(Function<Map<String, Object>, T> work) {
        try {
            return withOpenLog(work);
        } catch (ReplayException cannot) {
            throw new CommandFailure(String.valueOf(cannot.getMessage()), null, cannot);
        }
    }

    private <T> T withOpenLog(Function<Map<String, Object>, T> work) {
        Path dir = log.dir;
        if (dir == null) {
            return work.apply(ClientProperties.of(log.bootstrap, commandConfig));
        }
        Path data = dir.resolve("broker").toFile().isDirectory() ? dir.resolve("broker") : dir;
        if (!data.resolve("meta.properties").toFile().isFile()) {
            throw new CommandFailure(
                    dir + " holds no broker's data",
                    "give the directory of 'seismo demo --dir' or 'seismo broker --dir'");
        }
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new EmbeddedBroker.Settings(data, 0, java.time.Duration.ofDays(3650)))) {
            return work.apply(ClientProperties.of(broker.bootstrap(), commandConfig));
        }
    }

    /** The deployment whose log this is. */
    TopicNames topics(Map<String, Object> client) {
        Set<String> found = new TreeSet<>();
        for (String topic : topicList(client)) {
            Matcher matcher = EPOCHS.matcher(topic);
            if (matcher.matches()) {
                found.add(matcher.group(1));
            }
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    "there is no deployment of Seismo here", "is this the right directory, or the right cluster?");
        }
        if (deployment == null && found.size() == 1) {
            return new TopicNames(found.iterator().next());
        }
        if (deployment == null) {
            throw new CommandFailure("there are several deployments: " + found, "name one with --deployment");
        }
        if (!found.contains(deployment)) {
            throw new CommandFailure(
                    "there is no deployment " + deployment + " here", "--deployment is one of " + found);
        }
        return new TopicNames(deployment);
    }

    private static Set<String> topicList(Map<String, Object> client) {
        try (Admin admin = Cluster.admin(client)) {
            return Cluster.answer("list topics", admin.listTopics().names());
        }
    }

    /** The plans of all epochs that the log tells of, ascending. */
    public static List<MonitorPlan> plans(Map<String, Object> client, TopicNames topics) {
        try (LoggedPlans log = new LoggedPlans(client, topics)) {
            List<MonitorPlan> plans = log.all();
            if (plans.isEmpty()) {
                throw new CommandFailure(topics.epochs() + " is empty", "has this deployment ever run?");
            }
            return plans;
        }
    }

    /** The request for the plans of all epochs. */
    Replay.Request request(Map<String, Object> client, List<MonitorPlan> plans, boolean sameSpec) {
        return new Replay.Request(
                client,
                plans,
                parsedSource(),
                from == null ? null : from.toEpochMilli(),
                to == null ? null : to.toEpochMilli(),
                sameSpec);
    }

    Replay.Source parsedSource() {
        return switch (source) {
            case "features" -> Replay.Source.FEATURES;
            case "activations" -> Replay.Source.ACTIVATIONS;
            default ->
                throw new CommandFailure("--source " + source + " is not known", "allowed: features, activations");
        };
    }
}
