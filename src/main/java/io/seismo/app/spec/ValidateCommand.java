package io.seismo.app.spec;

import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecFiles;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.SpecDocument;
import io.seismo.spec.SpecException;
import io.seismo.spec.SpecProblem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code seismo validate}: everything that is wrong with a spec, as a compiler prints it. */
@Command(
        name = "validate",
        description = "Check specs and list every problem with file, line and column.",
        footer = {
            "",
            "Exit code 0 when all are sound, 1 when any is not. Looks at the text alone; 'seismo plan' also looks at"
                    + " the weights.",
            "",
            "Example: seismo validate topology/monitor.yaml"
        })
public final class ValidateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Specs, in YAML.")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private Output output = new Output();

    /** The result for one file, as JSON. */
    record Validated(String file, boolean valid, String specHash, List<SpecFiles.Refused> problems) {}

    @Override
    public Integer call() {
        boolean valid = true;
        for (Path file : files) {
            valid &= validate(file);
        }
        return valid ? 0 : 1;
    }

    private boolean validate(Path file) {
        try {
            SpecDocument document = SpecFiles.read(file);
            output.write(
                    new Validated(file.toString(), true, document.hash(), List.of()),
                    out -> out.println(file + ": sound: " + summary(document.spec())));
            return true;
        } catch (SpecException e) {
            output.write(new Validated(file.toString(), false, "", SpecFiles.refused(e)), out -> {
                for (SpecProblem problem : e.problems()) {
                    out.println(problem);
                }
            });
            return false;
        }
    }

    private static String summary(MonitorSpec spec) {
        return count(spec.taps().size(), "tap", "taps") + ", "
                + count(spec.encoders().size(), "encoder", "encoders") + ", "
                + count(spec.watch().size(), "watch entry", "watch entries") + ", "
                + count(spec.detectors().size(), "detector", "detectors") + ", "
                + count(spec.alerts().size(), "alert", "alerts");
    }

    private static String count(int number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }
}
