package io.seismo.app.init;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.cli.SpecFiles;
import io.seismo.app.doctor.Finding;
import io.seismo.app.sae.Refused;
import io.seismo.contrast.RequestFile;
import io.seismo.contrast.RowSelection;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.spec.EncoderFacts;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo init}: a first spec, from an SAE and a few captured requests. */
@Command(
        name = "init",
        description = "Check that an SAE and captured requests belong together, and write a first spec.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo init --sae ~/saes/layer20 --hook blocks.20.hook_resid_post --frames captured.frames",
            "",
            "Exit code 1, and no spec, when a check fails. An existing file is never overwritten."
        })
public final class InitCommand implements Callable<Integer> {

    @Option(names = "--sae", required = true, paramLabel = "SAE", description = "A directory or file, or demo/sae.")
    private String location = "";

    @Option(names = "--hook", required = true, paramLabel = "NAME", description = "Hook point of the rows.")
    private String hook = "";

    @Option(
            names = "--frames",
            required = true,
            paramLabel = "FILE",
            description = "Captured requests: .frames, .bin, .safetensors or .npz.")
    private Path frames = Path.of("");

    @Option(
            names = "--out",
            defaultValue = "monitor.yaml",
            paramLabel = "FILE",
            description = "Where to. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("");

    @Mixin
    private Output output = new Output();

    /** What was found and done, as JSON. */
    record Begun(boolean ok, List<Finding> findings, String spec, List<String> next) {}

    @Override
    public Integer call() {
        if (Files.exists(out)) {
            throw exists(null);
        }
        Begun begun = Refused.asFailure(this::begin);
        output.write(begun, to -> print(begun, to));
        return begun.ok() ? 0 : 1;
    }

    private Begun begin() {
        EncoderWeights weights = WeightLoader.load(location);
        if (weights.probe()) {
            throw new CommandFailure(location + " is a probe", "Give an SAE; a probe can be added to the spec later.");
        }
        EncoderFacts facts = WeightLoader.facts(location);
        float sinkNorm = (float) facts.sinkNorm();
        RequestFile file = RequestFile.open(frames, new RowSelection(hook, true, true, sinkNorm));
        if (file.facts().dIn() != weights.dIn()) {
            throw new CommandFailure(
                    frames + " holds rows of " + file.facts().dIn() + ", but " + location + " reads rows of "
                            + weights.dIn(),
                    "Compare the hook point and model of both.");
        }
        FrameSurvey.Seen seen = survey(weights, file);
        List<Finding> findings = new FrameChecks(facts, file.facts(), seen, sinkNorm).all();
        boolean failed = findings.stream().anyMatch(finding -> finding.status() == Finding.Status.FAIL);
        if (failed) {
            return new Begun(false, findings, "", List.of());
        }
        write(new FirstSpec(location, hook, file.facts().or(facts), seen, sinkNorm).text(out.toString()));
        return new Begun(true, findings, out.toString(), SpecFiles.next(out));
    }

    private FrameSurvey.Seen survey(EncoderWeights weights, RequestFile file) {
        try (Encoder encoder =
                        OnnxEncoders.open(weights, List.of(), true, file.facts().dtype());
                Progress progress = output.progress("looking at rows", "bytes", file.bytes())) {
            return new FrameSurvey(weights, WeightLoader.decoder(location).orElse(null), encoder)
                    .read(file, progress::to);
        }
    }

    private void write(String text) {
        try {
            Files.writeString(out, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw exists(e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot write " + out + ": " + e.getMessage(), "Name another place with --out.", e);
        }
    }

    private CommandFailure exists(@Nullable Exception cause) {
        return new CommandFailure(
                out + " is there already, and is not overwritten", "Name another place with --out.", cause);
    }

    private static void print(Begun begun, PrintWriter to) {
        begun.findings().forEach(finding -> to.println(finding.text()));
        to.println();
        if (!begun.ok()) {
            to.println("no spec was written: what failed above comes first");
            return;
        }
        to.println("wrote " + begun.spec() + "; next:");
        begun.next().forEach(command -> to.println("  " + command));
    }
}
