package io.seismo.app.doctor;

import io.seismo.app.cli.Cluster;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecOption;
import io.seismo.spec.MonitorSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo topics create}. */
@Command(
        name = "create",
        description = "Create the topics a spec needs; those that are there stay as they are.",
        footer = {"", "Example: seismo topics create --bootstrap broker:9092 --spec monitor.yaml --replicas 3"})
public final class TopicsCreateCommand implements Callable<Integer> {

    @Mixin
    private Cluster cluster = new Cluster();

    @Mixin
    private SpecOption spec = new SpecOption();

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Replicas of each topic. Default: as the cluster is set.")
    private short replicas;

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        MonitorSpec monitor = spec.read();
        List<Topics.Definition> definitions = Topics.of(monitor);
        List<String> created = Topics.create(cluster.client(), definitions, replicas);
        output.write(Map.of("created", created, "topics", definitions.size()), out -> {
            for (Topics.Definition definition : definitions) {
                out.printf(
                        "%-8s %-32s %d partitions%n",
                        created.contains(definition.name()) ? "created" : "exists",
                        definition.name(),
                        definition.partitions());
            }
            spec.given()
                    .ifPresent(file ->
                            out.println("next: seismo run --spec " + file + " --bootstrap " + cluster.bootstrap()));
        });
        return 0;
    }
}
