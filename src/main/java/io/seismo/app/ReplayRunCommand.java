package io.seismo.app;

import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.WeightCatalog;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Epoch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo replay run}: what would have been said of this traffic, by the same spec or another. */
@Command(
        name = "run",
        description = "Replay a range and show breaches and alerts; nothing is sent to anybody.",
        footer = {
            "",
            "Example: seismo replay run --bootstrap localhost:9092 --from 2026-11-20T14:00:00Z --spec candidate.yaml"
        })
public final class ReplayRunCommand implements Callable<Integer> {

    @Mixin
    private ReplayOptions options = new ReplayOptions();

    @Option(names = "--spec", paramLabel = "FILE", description = "Another spec. Default: the one that was live.")
    private @Nullable Path spec;

    @Option(names = "--alert", paramLabel = "FINGERPRINT", description = "Show only this alert.")
    private @Nullable String alert;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Replay.Outcome outcome = options.withLog(this::replay);
        List<AlertTransition> shown = outcome.alerts().stream()
                .filter(moved -> alert == null || moved.getCore().getFingerprint().equals(alert))
                .toList();
        output.write(describe(outcome, shown), out -> {
            outcome.breaches()
                    .forEach(breach -> out.println(Instant.ofEpochMilli(breach.getTimestampMs()) + "  BREACH  "
                            + breach.getWatch() + "  score " + breach.getScore() + " above " + breach.getAbove() + "  "
                            + breach.getRequestId()));
            shown.forEach(moved -> out.println(line(moved)));
            out.println(
                    outcome.breaches().size() + " breaches, " + shown.size() + " alert transitions; "
                            + (spec != null
                                    ? "approximate: another spec than the one that was live"
                                    : outcome.equal() ? "equal to what was live" : "differs from what was live, see replay verify"));
        });
        return 0;
    }

    private Replay.Outcome replay(Map<String, Object> client) {
        TopicNames topics = options.topics(client);
        Epoch epoch = ReplayOptions.epoch(client, topics);
        Deployment live =
                Deployment.of("the spec of epoch " + epoch.getNumber(), epoch.getSpec(), new WeightCatalog());
        MonitorPlan plan = spec == null
                ? live.plan()
                : Deployment.read(spec, new WeightCatalog()).plan();
        return Replays.run(options.request(client, plan.withEpoch(epoch.getNumber()), spec == null), output);
    }

    private static String line(AlertTransition moved) {
        return Instant.ofEpochMilli(moved.getCore().getTimeMs()) + "  "
                + moved.getCore().getTo().name().substring("ALERT_STATE_".length()) + "  "
                + moved.getCore().getFingerprint() + "  " + moved.getEvidence().getSummary();
    }

    private static Map<String, Object> describe(Replay.Outcome outcome, List<AlertTransition> shown) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("breaches", outcome.breaches().size());
        result.put("alerts", shown.stream().map(ReplayRunCommand::line).toList());
        result.put("exact", outcome.exact());
        return result;
    }
}
