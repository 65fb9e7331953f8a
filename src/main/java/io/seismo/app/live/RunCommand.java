package io.seismo.app.live;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Deployment;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.StopSignal;
import io.seismo.app.cli.Version;
import io.seismo.app.epochs.EpochBook;
import io.seismo.app.epochs.LoggedPlans;
import io.seismo.console.HealthServer;
import io.seismo.encoder.onnx.DeviceFallbacks;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.telemetry.Instrument;
import io.seismo.telemetry.Telemetry;
import io.seismo.topology.Runner;
import io.seismo.weights.load.WeightCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo run}: the roles of a deployment against a Kafka cluster, until stopped. */
@Command(
        name = "run",
        description = "Run roles of a deployment against a Kafka cluster, until stopped.",
        footer = {
            "",
            "Example: seismo run --spec monitor.yaml --bootstrap kafka-0:9092 --roles encode,watch --threads 2",
            "",
            "The topics must be there ('seismo topics create'). A changed spec is a new epoch: start the roles again with it;",
            "the others learn of it from the log. The spec that was started last is the one in force.",
            "Serves /metrics, /livez and /readyz, and says 'Ready.' once every role processes and the clock ticks."
        })
public final class RunCommand implements Callable<Integer> {

    /** How far ahead of now a new epoch begins, in panes: time for every process to learn of it. */
    private static final int ANNOUNCED_PANES = 3;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    @Option(names = "--spec", paramLabel = "FILE", required = true, description = "What to watch.")
    private Path spec = Path.of("monitor.yaml");

    @Mixin
    private Cluster cluster = new Cluster();

    @Option(
            names = "--roles",
            paramLabel = "ROLES",
            defaultValue = "all",
            description = "all, or some of clock,encode,watch,notify. Default: ${DEFAULT-VALUE}.")
    private String roles = "all";

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = "seismo-state",
            description = "Local stores; survives restarts. Default: ${DEFAULT-VALUE}.")
    private Path stateDir = Path.of("seismo-state");

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Stream threads of each role. Default: ${DEFAULT-VALUE}.")
    private int threads = 1;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8484",
            description = "Where metrics and health are served; port 0 picks one. Default: ${DEFAULT-VALUE}.")
    private String http = "127.0.0.1:8484";

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        Set<Role> wanted = parsedRoles();
        Deployment deployment = Deployment.read(spec, new WeightCatalog());
        Map<String, Object> client = cluster.client();
        TopicNames topics = new TopicNames(deployment.plan().deployment());
        try (StopSignal stop = StopSignal.install();
                EncoderShelf encoders = new EncoderShelf();
                LoggedPlans plans = new LoggedPlans(client, topics)) {
            MonitorPlan plan = enter(deployment, new EpochBook(client, new WeightCatalog(), plans), encoders);
            Monitor.Options options =
                    new Monitor.Options(plans, plan.epoch(), cluster.bootstrap(), client, stateDir, wanted, threads);
            run(new Started(deployment.withPlan(plan), plans, options), encoders, stop);
        }
        return 0;
    }

    /** A process that has found its epoch. */
    private record Started(Deployment deployment, LoggedPlans plans, Monitor.Options options) {}

    private void run(Started started, EncoderShelf encoders, StopSignal stop) throws InterruptedException {
        MonitorPlan plan = started.deployment().plan();
        InstantSource clock = InstantSource.system();
        Set<Role> wanted = started.options().roles();
        Map<String, Object> client = started.options().client();
        try (Telemetry telemetry = new Telemetry();
                Monitor monitor =
                        new Monitor(started.options(), encoders, new MeteredRoles(plan, clock, telemetry.meters()));
                SideRoles sides = SideRoles.of(
                        wanted,
                        started.deployment(),
                        started.plans(),
                        client,
                        new SideRoles.Around(telemetry.meters(), clock));
                HealthServer health = serve(telemetry, checks(monitor, sides))) {
            telemetry.meters().set(Instrument.BUILD, 1, Version.current());
            DeviceFallbacks.listen(device -> telemetry.meters().add(Instrument.ENCODER_FALLBACKS, 1, device));
            monitor.start();
            sides.start();
            announce(plan, wanted, health);
            CompletableFuture<Object> failure = CompletableFuture.anyOf(monitor.failure(), sides.failure());
            failure.thenRun(stop::stop);
            sayWhenReady(stop, checks(monitor, sides));
            awaitTheEnd(stop, failure);
        }
    }

    /** Frames sent before the first tick would be refused as ahead: whoever starts by hand must see when to go on. */
    private void sayWhenReady(StopSignal stop, SortedMap<String, BooleanSupplier> checks) throws InterruptedException {
        while (!checks.values().stream().allMatch(BooleanSupplier::getAsBoolean)) {
            if (stop.await(LOOK_AGAIN)) {
                return;
            }
        }
        output.say("Ready.");
    }

    private void awaitTheEnd(StopSignal stop, CompletableFuture<Object> failure) throws InterruptedException {
        stop.await();
        if (failure.isDone()) {
            throw new CommandFailure(
                    "a role stopped: " + failure.join(), "see the log above; it restarts from what was committed");
        }
        output.say("Stopping.");
    }

    private Set<Role> parsedRoles() {
        try {
            return Role.parse(roles);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), null, e);
        }
    }

    private static MonitorPlan enter(Deployment deployment, EpochBook book, EncoderShelf encoders) {
        MonitorPlan plan = deployment.plan();
        long firstPane = plan.timing().pane(InstantSource.system().millis()) + ANNOUNCED_PANES;
        return book.enter(deployment, encoders.of(plan), firstPane);
    }

    private static SortedMap<String, BooleanSupplier> checks(Monitor monitor, SideRoles sides) {
        SortedMap<String, BooleanSupplier> checks = new TreeMap<>(sides.checks());
        for (Runner runner : monitor.runners()) {
            checks.put(runner.role(), runner::ready);
        }
        return checks;
    }

    private HealthServer serve(Telemetry telemetry, SortedMap<String, BooleanSupplier> checks) {
        int colon = http.lastIndexOf(':');
        // Ready all the same: the spec allows it. But whoever looks is told.
        DeviceFallbacks.counts()
                .keySet()
                .forEach(device -> checks.put("encoders on cpu instead of " + device, () -> true));
        try {
            return HealthServer.start(
                    http.substring(0, Math.max(0, colon)),
                    Integer.parseInt(http.substring(colon + 1)),
                    new HealthServer.Sources(Telemetry.CONTENT_TYPE, telemetry::prometheusText, checks));
        } catch (NumberFormatException e) {
            throw new CommandFailure("--http " + http + " is not HOST:PORT", "for example 127.0.0.1:8484", e);
        }
    }

    private void announce(MonitorPlan plan, Set<Role> wanted, HealthServer health) {
        Map<String, Object> started = new LinkedHashMap<>();
        started.put("deployment", plan.deployment());
        started.put("epoch", plan.epoch());
        started.put("roles", wanted.stream().map(Role::id).toList());
        started.put("http", health.url());
        output.write(started, out -> {
            out.println("Deployment " + plan.deployment() + ", epoch " + plan.epoch() + ", roles "
                    + String.join(", ", wanted.stream().map(Role::id).toList()));
            out.println("Metrics and health on " + health.url());
            out.println("Ctrl-C stops it.");
        });
    }
}
