package io.seismo.app.replay;

import io.seismo.app.broker.LogOption;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.replay.Replay;
import io.seismo.replay.ReplayException;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What both replay commands are told. */
public final class ReplayOptions {

    @Mixin
    private LogOption log = new LogOption();

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

    /** Opens the log, hands a client to {@code work}, and closes what was opened. */
    <T> T withLog(Function<Map<String, Object>, T> work) {
        try {
            return log.with(work);
        } catch (ReplayException cannot) {
            throw new CommandFailure(String.valueOf(cannot.getMessage()), null, cannot);
        }
    }

    /** The deployment whose log this is. */
    TopicNames topics(Map<String, Object> client) {
        return log.topics(client);
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
