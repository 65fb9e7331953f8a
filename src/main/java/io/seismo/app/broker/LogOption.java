package io.seismo.app.broker;

import io.seismo.app.cli.ClientProperties;
import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.spec.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
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

/** Whose log a command reads: of a running cluster, or of a kept directory, for which a broker is started. A mixin. */
public final class LogOption {

    private static final Pattern EPOCHS = Pattern.compile("seismo\\.([^.]+)\\.epochs");

    /** Where the log is: exactly one of the two. */
    static final class Place {
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
    private Place place = new Place();

    @Option(
            names = "--deployment",
            paramLabel = "NAME",
            description = "Which deployment, when the cluster has several.")
    private @Nullable String deployment;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Kafka client properties: TLS, SASL and whatever else.")
    private @Nullable Path commandConfig;

    /** Opens the log, hands properties of a client to {@code work}, and closes what was opened. */
    public <T> T with(Function<Map<String, Object>, T> work) {
        Path dir = place.dir;
        if (dir == null) {
            return work.apply(ClientProperties.of(place.bootstrap, commandConfig));
        }
        Path data = dir.resolve("broker").toFile().isDirectory() ? dir.resolve("broker") : dir;
        if (!data.resolve("meta.properties").toFile().isFile()) {
            throw new CommandFailure(
                    dir + " holds no broker's data",
                    "give the directory of 'seismo demo --dir' or 'seismo broker --dir'");
        }
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new EmbeddedBroker.Settings(data, 0, Duration.ofDays(3650)))) {
            return work.apply(ClientProperties.of(broker.bootstrap(), commandConfig));
        }
    }

    /** The deployment whose log this is. */
    public TopicNames topics(Map<String, Object> client) {
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
}
