package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seismo sae encode}: features or scores of given rows, by the encoder the pipeline runs. */
@Command(
        name = "encode",
        description = "Encode rows of activations by an SAE or a probe, to compare with another tool.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  seismo sae encode demo/sae --activations rows.npy --out features.npz",
            "  seismo sae encode demo/sae --activations rows.npy --features 38,87 --watch --out watched.json",
            "  seismo sae encode forest.npz --sae demo/sae --activations rows.npy --out scores.json",
            "",
            "JSON is [[row, feature, value], ...] of what fired; of a probe, every output of every row. npz of --full is a",
            "sparse matrix that scipy.sparse.load_npz reads; npz of --watch and of a probe is dense: values [rows, columns]",
            "and features. --dense and --sparse choose otherwise."
        })
final class SaeEncodeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SAE",
            description = "An SAE or probe: a directory, a file, or demo/… for those in the jar.")
    private String location = "";

    @Mixin
    private RowsOption activations = new RowsOption();

    @Mixin
    private ProbeOption reads = new ProbeOption();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to, as .json or .npz.")
    private Path out = Path.of("");

    @Option(names = "--features", split = ",", paramLabel = "I", description = "Only these features, or outputs.")
    private List<Integer> features = List.of();

    @Option(names = "--watch", description = "Through the watch graph; of an SAE it needs --features.")
    private boolean watch;

    @Option(names = "--full", description = "Through the full graph, the default for an SAE; a probe has one graph.")
    private boolean full;

    @Option(names = "--dense", description = "A value for every row and feature, fired or not.")
    private boolean dense;

    @Option(names = "--sparse", description = "Only what fired; of a probe, every output.")
    private boolean sparse;

    @Mixin
    private Output output = new Output();

    /**
     * What was done.
     *
     * @param graph {@code watch} or {@code full}
     * @param values written
     * @param fingerprint of the encoder
     */
    record Encoded(String out, String graph, long rows, int columns, long values, String fingerprint) {}

    @Override
    public Integer call() {
        if (watch && full) {
            throw new ParameterException(spec.commandLine(), "give one of --watch and --full");
        }
        if (dense && sparse) {
            throw new ParameterException(spec.commandLine(), "give one of --dense and --sparse");
        }
        if (out.toAbsolutePath()
                .normalize()
                .equals(activations.file().toAbsolutePath().normalize())) {
            throw new ParameterException(spec.commandLine(), "--out would overwrite the activations");
        }
        Encoded done = Refused.asFailure(() -> WeightLoader.isProbe(location) ? probe() : sae());
        output.write(
                done,
                text -> text.printf(
                        "%s: %,d values of %,d rows through the %s graph%n",
                        done.out(), done.values(), done.rows(), done.graph()));
        return 0;
    }

    private Encoded sae() {
        reads.requireUnused(location);
        if (watch && features.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--watch needs --features");
        }
        EncoderWeights weights = WeightLoader.load(location);
        List<Integer> chosen = chosen(weights.width());
        RowFile rows = activations.open(weights.dIn(), location);
        FiredOutput.Shape shape =
                new FiredOutput.Shape(rows.rows(), weights.width(), dense || (watch && !sparse), chosen);
        try (Encoder encoder = OnnxEncoders.open(weights, watch ? chosen : List.of(), !watch, rows.dtype())) {
            BitSet wanted = new BitSet();
            chosen.forEach(wanted::set);
            Work work = watch ? pass -> pass.columns(Columns.of(encoder), chosen) : pass -> pass.full(encoder, wanted);
            return new Encoded(
                    out.toString(),
                    watch ? "watch" : "full",
                    rows.rows(),
                    chosen.size(),
                    write(rows, shape, dense, work),
                    encoder.fingerprint());
        }
    }

    private Encoded probe() {
        PipedProbe.Reading reading = PipedProbe.Reading.of(location, reads);
        List<Integer> chosen = chosen(reading.probe().outputs());
        RowFile rows = activations.open(reading.dIn(), reading.reader());
        FiredOutput.Shape shape =
                new FiredOutput.Shape(rows.rows(), reading.probe().outputs(), !sparse, chosen);
        try (PipedProbe probe = PipedProbe.open(reading, rows.dtype(), chosen, List.of())) {
            long values = write(rows, shape, true, pass -> pass.columns(probe, chosen));
            return new Encoded(out.toString(), "watch", rows.rows(), chosen.size(), values, probe.fingerprint());
        }
    }

    /** What was asked for, ascending; all of them where nothing was. */
    private List<Integer> chosen(int width) {
        Refused.unlessThere(features, width, location);
        return features.isEmpty() ? IntStream.range(0, width).boxed().toList() : List.copyOf(new TreeSet<>(features));
    }

    /** Encodes, and gives the number of values written. */
    private interface Work {
        long values(EncodePass pass) throws IOException;
    }

    private long write(RowFile rows, FiredOutput.Shape shape, boolean everything, Work work) {
        try (FiredOutput sink = FiredOutput.open(out, shape);
                Progress progress = output.progress("encoding", "rows", rows.rows())) {
            long values = work.values(new EncodePass(rows, sink, progress, everything));
            sink.finish();
            return values;
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(
                    "cannot write " + out + ": " + e.getMessage(), "Check the place and its space.", e);
        }
    }
}
