package io.seismo.app.doctor;

import io.seismo.app.cli.ClientProperties;
import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecOption;
import io.seismo.app.cli.StopSignal;
import io.seismo.app.doctor.capture.CaptureDoctor;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.MonitorSpec;
import io.seismo.weights.load.WeightCatalog;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code seismo doctor}. */
@Command(
        name = "doctor",
        description = {
            "Check that a Kafka cluster can carry what Seismo promises, or that a capture sends what it should.",
            "With --capture it listens to activations for some seconds and stops; with --frames it reads a file. It shows"
                    + " numbers and hook names, never rows, text or ids."
        },
        footer = {
            "",
            "Exit code 1 when something breaks a promise. Examples:",
            "  seismo doctor --bootstrap broker:9093 --command-config tls.properties --spec monitor.yaml",
            "  seismo doctor --bootstrap broker:9093 --spec monitor.yaml --capture 60",
            "  seismo doctor --frames captured.frames --spec monitor.yaml"
        })
public final class DoctorCommand implements Callable<Integer> {

    private static final int MAX_SECONDS = 86_400;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Brokers to connect to first, separated by commas; needed but with --frames.")
    private @Nullable String bootstrap;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Kafka client properties, such as TLS and SASL settings.")
    private @Nullable Path commandConfig;

    @Mixin
    private SpecOption spec = new SpecOption();

    @Option(names = "--probe", description = "Also compare clocks, by writing to a topic that is created and deleted.")
    private boolean probe;

    @Option(
            names = "--capture",
            paramLabel = "SECONDS",
            description = "Listen to activations for so long, and say what is wrong with the capture.")
    private @Nullable Integer capture;

    @Option(
            names = "--frames",
            paramLabel = "FILE",
            description = "The same of frames kept in a file: .frames or .bin.")
    private @Nullable Path frames;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        if (capture != null && frames != null) {
            throw wrong("--capture listens to a topic and --frames reads a file: give one");
        }
        if (frames != null) {
            return Doctor.tell(new CaptureDoctor(plan(), output).file(frames), output);
        }
        if (bootstrap == null) {
            throw wrong("Missing required option: '--bootstrap=HOST:PORT'");
        }
        Map<String, Object> client = ClientProperties.of(bootstrap, commandConfig);
        return capture == null ? cluster(client) : capture(client, capture);
    }

    private int capture(Map<String, Object> client, int seconds) {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw wrong("--capture is 1 to " + MAX_SECONDS + " seconds");
        }
        MonitorPlan plan = plan();
        try (StopSignal stop = StopSignal.install()) {
            return Doctor.tell(new CaptureDoctor(plan, output).topic(client, seconds, stop), output);
        }
    }

    private MonitorPlan plan() {
        return spec.deployment(new WeightCatalog()).plan();
    }

    private int cluster(Map<String, Object> client) throws InterruptedException {
        MonitorSpec monitor = spec.read();
        Doctor doctor = new Doctor(client, InstantSource.system());
        try (Admin admin = Cluster.admin(client)) {
            List<Finding> findings = new ArrayList<>(doctor.examine(admin, Topics.of(monitor)));
            findings.add(
                    probe
                            ? doctor.compareClocks(admin, "seismo." + monitor.deployment() + ".doctor")
                            : new Finding("clock", Finding.Status.SKIPPED, "not compared", "--probe does."));
            return Doctor.tell(findings, output);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
