package io.seismo.app.spec;

import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecFiles;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Planner;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecProblem;
import io.seismo.topology.StoreBound;
import io.seismo.weights.WeightCatalog;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code seismo plan}: what a spec would do and cost, before it does. */
@Command(
        name = "plan",
        description = "Draw what a spec does, what it costs a token, and how many false pages to expect.",
        footer = {
            "",
            "Looks up the weights the spec names; exit code 1 when they are not there or do not fit.",
            "",
            "Example: seismo plan topology/monitor.yaml"
        })
public final class PlanCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "A spec, in YAML.")
    private Path file = Path.of("");

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        try {
            SpecDocument document = SpecFiles.read(file);
            MonitorPlan plan = Planner.plan(document, new WeightCatalog(), 1);
            PlanReport report = PlanReport.of(document, plan, StoreBound.all());
            output.write(report, new PlanPicture(report)::print);
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
