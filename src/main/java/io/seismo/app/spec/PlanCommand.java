package io.seismo.app.spec;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecFiles;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecProblem;
import io.seismo.topology.StoreBound;
import io.seismo.weights.WeightsException;
import io.seismo.weights.load.WeightCatalog;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code seismo plan}: what a spec would do and cost, before it does. */
@Command(
        name = "plan",
        description = "Draw what a spec does, what it costs a token, and how many false pages to expect.",
        footer = {
            "",
            "Looks up the weights the spec names; exit code 1 when they are not there, do not fit the taps, or need more",
            "memory than there is.",
            "",
            "Example: seismo plan topology/monitor.yaml"
        })
public final class PlanCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "A spec, in YAML.")
    private Path file = Path.of("");

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = MemoryLimit.Converter.class,
            description = "What a process that encodes may use, such as 2GiB; by default all the machine has.")
    private @Nullable MemoryLimit memory;

    @Mixin
    private Output output = new Output();

    /** What is written: the report with the needs of its encoders beside its other fields. */
    record Planned(@JsonUnwrapped PlanReport report, PlanMemory memory) {}

    private PlanMemory needed(MonitorPlan plan) {
        try {
            PlanMemory needed = PlanMemory.of(plan, (memory == null ? MemoryLimit.ofMachine() : memory).bytes());
            needed.requireRoom();
            return needed;
        } catch (WeightsException e) {
            throw new CommandFailure(e.problem(), e.remedy(), e);
        }
    }

    @Override
    public Integer call() {
        try {
            SpecDocument document = SpecFiles.read(file);
            MonitorPlan plan = Planner.plan(document, new WeightCatalog(), 1);
            PlanMemory needed = needed(plan);
            PlanReport report = PlanReport.of(document, plan, StoreBound.all(), needed);
            output.write(new Planned(report, needed), out -> {
                new PlanPicture(report).print(out);
                needed.print(out);
            });
            return 0;
        } catch (SpecException e) {
            Map<String, Object> refused = new TreeMap<>();
            refused.put("file", file.toString());
            refused.put("problems", SpecFiles.refused(e));
            output.write(refused, out -> {
                for (SpecProblem problem : e.problems()) {
                    out.println(problem);
                }
            });
            return 1;
        }
    }
}
