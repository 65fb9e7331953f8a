package io.seismo.app.doctor;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code seismo topics check}. */
@Command(
        name = "check",
        description = "Compare the topics of a cluster with what a spec needs.",
        footer = {"", "Exit code 1 when one is missing or breaks a promise."})
public final class TopicsCheckCommand implements Callable<Integer> {

    @Mixin
    private Cluster cluster = new Cluster();

    @Mixin
    private SpecOption spec = new SpecOption();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        List<Topics.Definition> definitions = Topics.of(spec.read());
        try (Admin admin = Cluster.admin(cluster.client())) {
            return Doctor.tell(TopicsCheck.run(admin, definitions), output);
        }
    }
}
