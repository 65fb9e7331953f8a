package io.seismo.app.replay;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.Output;
import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.weights.load.WeightCatalog;
import io.seismo.wire.AlertTransition;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
        List<AlertTransition> shown = shown(outcome);
        output.write(describe(outcome, shown), out -> {
            outcome.breaches()
                    .forEach(breach -> out.println(Instant.ofEpochMilli(breach.getTimestampMs()) + "  BREACH  "
                            + breach.getWatch() + "  score " + breach.getScore() + " above " + breach.getAbove() + "  "
                            + breach.getRequestId()));
            shown.forEach(moved -> out.println(line(moved)));
            if (outcome.allBreaches() > outcome.breaches().size()) {
                out.println(
                        "… and " + (outcome.allBreaches() - outcome.breaches().size()) + " more breaches");
            }
            if (outcome.allAlerts() > outcome.alerts().size()) {
                out.println("… of the first " + outcome.alerts().size() + " of " + outcome.allAlerts()
                        + " transitions; choose a shorter range");
            }
            out.println(outcome.allBreaches() + " breaches, " + shown.size() + " alert transitions; "
                    + (outcome.equal() ? "equal to what was live" : "differs from what was live"));
            outcome.approximate().forEach(reason -> out.println("  approximate: " + reason));
        });
        return 0;
    }

    private Replay.Outcome replay(Map<String, Object> client) {
        TopicNames topics = options.topics(client);
        List<MonitorPlan> live = ReplayOptions.plans(client, topics);
        if (spec == null) {
            return Replays.run(options.request(client, live, true), output);
        }
        MonitorPlan candidate = Deployment.read(spec, new WeightCatalog()).plan();
        List<MonitorPlan> plans = new ArrayList<>();
        for (MonitorPlan plan : live) {
            requireComparable(plan, candidate);
            // Topics, and with them the log, are those of the deployment that is replayed.
            plans.add(candidate.withEpoch(plan.epoch()).withDeployment(plan.deployment()));
        }
        return Replays.run(options.request(client, plans, false), output);
    }

    private void requireComparable(MonitorPlan live, MonitorPlan candidate) {
        if (!candidate.shape().equals(live.shape()) || !candidate.timing().equals(live.timing())) {
            throw new CommandFailure(
                    spec + " has other partitions, pane or grace than the log",
                    "put them back: they are fixed for a deployment");
        }
        boolean reads =
                candidate.columns().equals(live.columns()) && candidate.taps().equals(live.taps());
        if (!reads && options.parsedSource() == Replay.Source.FEATURES) {
            throw new CommandFailure(
                    spec + " reads other features than were recorded", "encode again with --source activations");
        }
    }

    private List<AlertTransition> shown(Replay.Outcome outcome) {
        if (alert == null) {
            return outcome.alerts();
        }
        TreeSet<String> known = new TreeSet<>();
        outcome.alerts().forEach(moved -> known.add(moved.getCore().getFingerprint()));
        if (!known.contains(alert)) {
            throw new CommandFailure(
                    "no alert " + alert + " moved in this range",
                    known.isEmpty() ? "no alert did" : "these did: " + String.join(", ", known));
        }
        return outcome.alerts().stream()
                .filter(moved -> moved.getCore().getFingerprint().equals(alert))
                .toList();
    }

    private static String line(AlertTransition moved) {
        return Instant.ofEpochMilli(moved.getCore().getTimeMs()) + "  "
                + moved.getCore().getTo().name().substring("ALERT_STATE_".length()) + "  "
                + moved.getCore().getFingerprint() + "  " + moved.getEvidence().getSummary();
    }

    private static Map<String, Object> describe(Replay.Outcome outcome, List<AlertTransition> shown) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("breaches", outcome.allBreaches());
        result.put("alerts", shown.stream().map(ReplayRunCommand::line).toList());
        result.put("exact", outcome.exact());
        result.put("approximate", outcome.approximate());
        result.put("equal_to_live", outcome.equal());
        return result;
    }
}
