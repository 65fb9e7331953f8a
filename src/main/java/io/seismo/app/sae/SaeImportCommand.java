package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.SaeImport;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code seismo sae import}: an SAE of any family as one directory that is mapped rather than read. */
@Command(
        name = "import",
        description =
                "Bring an SAE of any family into canonical form: one directory that every command and spec reads.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  seismo sae import demo/sae --out topics",
            "  seismo sae import gemma/layer_20/width_65k/average_l0_61 --out saes/l20",
            "  seismo sae import ae.pt --format dictionary_learning --out saes/aa --copy",
            "",
            "DIR holds seismo-sae.json (what it is, where it came from, digests), full.onnx and weights.bin. A matrix that",
            "the source holds as contiguous fp32 [d_in, d_sae], and into which nothing is folded, is not copied: it is",
            "read in place, and refused once the file has changed. --copy makes DIR independent of the source.",
            "DIR appears when it is whole; a stopped import leaves '.DIR-import-PID' beside it, which may be removed.",
            "Exit code 1 when the SAE is refused, with the reason."
        })
final class SaeImportCommand implements Callable<Integer> {

    private static final String GRAPH = "full.onnx";

    @Parameters(paramLabel = "PATH", description = "A directory, a file, or demo/… for those in the jar.")
    private String location = "";

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Directory to make.")
    private Path place = Path.of("");

    @Option(
            names = "--format",
            defaultValue = "",
            paramLabel = "NAME",
            completionCandidates = Formats.class,
            description = "Family to read it as: ${COMPLETION-CANDIDATES}. By default the first that claims it.")
    private String format = "";

    @Option(names = "--copy", description = "Copy the weights even where they could be read in place.")
    private boolean copy;

    @Option(names = "--no-decoder", description = "Leave the decoder out; 'sae check' cannot tell FVU then.")
    private boolean withoutDecoder;

    @Mixin
    private Output output = new Output();

    /** Names that {@code --format} takes. */
    static final class Formats implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return WeightLoader.formats().stream()
                    .filter(name -> !name.equals("seismo") && !name.equals("probe"))
                    .iterator();
        }
    }

    /**
     * What was done.
     *
     * @param inPlace whether W stays in the source
     * @param bytesWritten of matrices
     * @param digest what an epoch pins; that of the source
     */
    record Imported(
            String out,
            String family,
            int dIn,
            int width,
            boolean inPlace,
            long bytesWritten,
            double seconds,
            List<String> folded,
            String digest) {}

    @Override
    public Integer call() {
        Imported done = Refused.asFailure(this::bring);
        output.write(done, out -> print(done, out));
        return 0;
    }

    private Imported bring() {
        long started = System.nanoTime();
        try (SaeImport work = SaeImport.begin(location, place, new SaeImport.Options(format, copy, !withoutDecoder))) {
            EncoderWeights weights;
            try (Progress progress = output.progress("writing", "bytes", work.bytesToWrite())) {
                weights = work.write(progress::add);
            }
            Files.write(work.directory().resolve(GRAPH), OnnxEncoders.graph(weights));
            work.finish();
            return new Imported(
                    place.toString(),
                    weights.manifest().family(),
                    weights.dIn(),
                    weights.width(),
                    work.inPlace(),
                    work.bytesToWrite(),
                    (System.nanoTime() - started) / 1e9,
                    weights.manifest().folded(),
                    weights.manifest().digest());
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot write " + place + ": " + e.getMessage(), "Check the place and its space.", e);
        }
    }

    private static void print(Imported done, PrintWriter out) {
        out.printf(Locale.ROOT, "%s: %s, %,d to %,d features%n", done.out(), done.family(), done.dIn(), done.width());
        out.printf(
                Locale.ROOT,
                "W is %s; wrote %,d bytes of matrices in %.1f s (%.0f MB/s)%n",
                done.inPlace() ? "read in place" : "copied",
                done.bytesWritten(),
                done.seconds(),
                done.bytesWritten() / 1e6 / done.seconds());
        out.println("folded: " + (done.folded().isEmpty() ? "nothing" : String.join("; ", done.folded())));
        out.println("digest: " + done.digest());
    }
}
