package io.seismo.app.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.seismo.app.broker.EmbeddedBroker;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.Directories;
import io.seismo.app.cli.Progress;
import io.seismo.app.cli.StopSignal;
import io.seismo.app.cli.Version;
import io.seismo.app.doctor.Topics;
import io.seismo.app.epochs.EpochBook;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.app.live.EncoderShelf;
import io.seismo.app.live.Monitor;
import io.seismo.app.live.Role;
import io.seismo.replay.RecordedPanes;
import io.seismo.replay.Replay;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.topology.RoleMetrics;
import io.seismo.weights.load.WeightCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seismo demo}: the whole monitor on this machine, with a served model and a day in which things go wrong. */
@Command(
        name = "demo",
        description = "Show the whole monitor at work, in about a minute.",
        subcommands = DemoCaptureCommand.class,
        footer = {
            "",
            "Example: seismo demo --seed 7 --dir ~/seismo-demo --report report.json",
            "",
            "Exit code 0 only when exactly the expected alerts fired, nothing was lost and the replay was equal."
        })
public final class DemoCommand implements Callable<Integer> {

    @Option(names = "--headless", description = "Plain lines: no colours, nothing that moves.")
    private boolean headless;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the simulated users. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Keep the broker's data here and go on from it next time.")
    private @Nullable Path dir;

    @Option(names = "--report", paramLabel = "FILE", description = "Write what was measured as JSON.")
    private @Nullable Path report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Deployment deployment = Deployment.packaged(new WeightCatalog());
        Path home = dir == null ? Files.createTempDirectory("seismo-demo") : Files.createDirectories(dir);
        try (StopSignal stop = StopSignal.install();
                EmbeddedBroker broker = EmbeddedBroker.start(
                        new EmbeddedBroker.Settings(home.resolve("broker"), 0, Duration.ofDays(30)))) {
            DemoReport measured = demonstrate(deployment, broker, home);
            write(measured);
            nextCommands();
            stop.stop();
            return measured.good() ? 0 : 1;
        } finally {
            if (dir == null) {
                Directories.delete(home);
            }
        }
    }

    private DemoReport demonstrate(Deployment deployment, EmbeddedBroker broker, Path home)
            throws IOException, InterruptedException {
        Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrap());
        TopicNames topics = new TopicNames(deployment.plan().deployment());
        Topics.create(client, deployment.plan());
        ServedTexts served = serve(deployment.plan(), home);
        OptionalLong last = RecordedPanes.last(client, topics);
        long startMs = last.isEmpty() ? 0 : deployment.plan().timing().end(last.getAsLong());
        try (EncoderShelf encoders = new EncoderShelf();
                LoggedPlans plans = new LoggedPlans(client, topics)) {
            MonitorPlan plan = new EpochBook(client, new WeightCatalog(), plans)
                    .enter(deployment, encoders.of(deployment.plan()), 0);
            banner(plan, served);
            Monitor.Options options = new Monitor.Options(
                    plans,
                    plan.epoch(),
                    broker.bootstrap(),
                    Map.of(),
                    home.resolve("state"),
                    EnumSet.of(Role.ENCODE, Role.WATCH),
                    1);
            try (Monitor monitor = new Monitor(options, encoders, RoleMetrics.NONE)) {
                return tell(new DemoRun.Setting(client, plan, seed, startMs, isLive()), served, monitor, plans);
            }
        }
    }

    private static DemoReport tell(DemoRun.Setting setting, ServedTexts served, Monitor monitor, LoggedPlans plans)
            throws InterruptedException {
        monitor.start();
        if (!monitor.awaitRunning(Duration.ofSeconds(60))) {
            throw new CommandFailure("the monitor did not start within a minute", "run with --debug");
        }
        return new DemoRun(setting)
                .tell(served, () -> verify(setting.client(), plans.all()), () -> requireAlive(monitor));
    }

    private ServedTexts serve(MonitorPlan plan, Path home) throws IOException {
        try (Progress progress = Progress.onStandardError("serving the texts", "texts", ServedTexts.count())) {
            return ServedTexts.serve(plan, home, progress::to);
        }
    }

    private static String verify(Map<String, Object> client, List<MonitorPlan> plans) {
        Replay.Request request = new Replay.Request(client, plans, Replay.Source.FEATURES, null, null, true);
        Replay.Outcome outcome = new Replay(request, none -> Map.of()).run((passed, all) -> {});
        return outcome.equal()
                ? "equal"
                : outcome.differences().isEmpty()
                        ? "nothing to compare"
                        : outcome.differences().get(0);
    }

    private static void requireAlive(Monitor monitor) {
        if (monitor.failure().isDone()) {
            throw new CommandFailure("the monitor stopped: " + monitor.failure().join(), "run with --debug");
        }
    }

    private boolean isLive() {
        return !headless && System.console() != null;
    }

    private void banner(MonitorPlan plan, ServedTexts served) {
        System.out.println("Seismo " + Version.current() + " demo, seed " + seed);
        System.out.println("  real       Kafka broker (KRaft, loopback) · " + plan.model()
                + ", a small text encoder standing in for a language model · hook "
                + plan.taps().get(0).hook() + " in bf16 · SAE of " + saeWidth(plan)
                + " features · ONNX Runtime through DJL · RocksDB · exactly-once");
        System.out.println("  simulated  the users: arrivals drawn with the seed, "
                + served.pool().size() + " texts that repeat, 26 hours of event time in about a minute");
        System.out.println("  watched    "
                + String.join(
                        " · ",
                        plan.watches().stream()
                                .map(watch -> watch.id() + " ("
                                        + watch.severity().name().substring(9).toLowerCase(java.util.Locale.ROOT) + ")")
                                .toList()));
        System.out.println();
    }

    private static int saeWidth(MonitorPlan plan) {
        return plan.taps().get(0).encoders().stream()
                .filter(encoder -> !encoder.probe())
                .mapToInt(encoder -> encoder.width())
                .max()
                .orElse(0);
    }

    private void write(DemoReport measured) throws IOException {
        if (report != null) {
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(report.toFile(), measured);
        }
    }

    private void nextCommands() {
        System.out.println();
        if (dir == null) {
            System.out.println("Next: ./seismo demo --dir DIR keeps the data, then");
        } else {
            System.out.println("Next:");
        }
        String place = dir == null ? "DIR" : dir.toString();
        System.out.println("  ./seismo replay verify --dir " + place + "    the same run again, from the log");
        System.out.println(
                "  ./seismo replay run --dir " + place + " --spec my.yaml    the same traffic under another spec");
        System.out.println("  ./seismo plan topology/monitor.yaml    what was watched, and what it costs");
    }
}
