package io.seismo.app.doctor;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecOption;
import io.seismo.spec.MonitorSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo doctor}. */
@Command(
        name = "doctor",
        description = "Check that a Kafka cluster can carry what Seismo promises.",
        footer = {
            "",
            "Exit code 1 when something breaks a promise. Example:",
            "  seismo doctor --bootstrap broker:9093 --command-config tls.properties --spec monitor.yaml"
        })
public final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private Cluster cluster = new Cluster();

    @Mixin
    private SpecOption spec = new SpecOption();

    @Option(names = "--probe", description = "Also compare clocks, by writing to a topic that is created and deleted.")
    private boolean probe;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws InterruptedException {
        MonitorSpec monitor = spec.read();
        Map<String, Object> client = cluster.client();
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
}
