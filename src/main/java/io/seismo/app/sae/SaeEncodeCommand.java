package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.WeightLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seismo sae encode}: features of given rows, by the encoder the pipeline runs. */
@Command(
        name = "encode",
        description = "Encode rows of activations, to compare with another tool.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  seismo sae encode demo/sae --activations rows.npy --out features.npz",
            "  seismo sae encode demo/sae --activations rows.npy --features 38,87 --watch --out watched.json",
            "",
            "JSON is [[row, feature, value], ...] of what fired; of a probe, of every row. npz of --full is a sparse",
            "matrix that scipy.sparse.load_npz reads; npz of --watch is dense: values [rows, columns] and features."
        })
final class SaeEncodeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SAE", description = "A directory, a file, or demo/… for those in the jar.")
    private String location = "";

    @Mixin
    private RowsOption activations = new RowsOption();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to, as .json or .npz.")
    private Path out = Path.of("");

    @Option(names = "--features", split = ",", paramLabel = "I", description = "Only these features.")
    private List<Integer> features = List.of();

    @Option(names = "--watch", description = "Through the watch graph; needs --features, but for a probe.")
    private boolean watch;

    @Option(names = "--full", description = "Through the full graph (the default, but for a probe).")
    private boolean full;

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
        if (out.toAbsolutePath()
                .normalize()
                .equals(activations.file().toAbsolutePath().normalize())) {
            throw new ParameterException(spec.commandLine(), "--out would overwrite the activations");
        }
        Encoded done = Refused.asFailure(this::encode);
        output.write(
                done,
                text -> text.printf(
                        "%s: %,d values of %,d rows through the %s graph%n",
                        done.out(), done.values(), done.rows(), done.graph()));
        return 0;
    }

    private Encoded encode() {
        EncoderWeights weights = WeightLoader.load(location);
        List<Integer> chosen = List.copyOf(new TreeSet<>(features));
        boolean watched = watch || (weights.probe() && !full);
        if (watched && chosen.isEmpty()) {
            if (!weights.probe()) {
                throw new ParameterException(spec.commandLine(), "--watch needs --features");
            }
            chosen = List.of(0);
        }
        Refused.unlessThere(chosen, weights, location);
        RowFile rows = activations.open(weights);
        try (Encoder encoder = OnnxEncoders.open(weights, watched ? chosen : List.of(), !watched, rows.dtype());
                FiredOutput sink =
                        FiredOutput.open(out, new FiredOutput.Shape(rows.rows(), weights.width(), watched, chosen));
                Progress progress = output.progress("encoding", "rows", rows.rows())) {
            Pass pass = new Pass(encoder, rows, sink, progress);
            long values = watched ? pass.watch(chosen, weights.probe()) : pass.full(chosen);
            sink.finish();
            int columns = chosen.isEmpty() ? weights.width() : chosen.size();
            return new Encoded(
                    out.toString(), watched ? "watch" : "full", rows.rows(), columns, values, encoder.fingerprint());
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(
                    "cannot write " + out + ": " + e.getMessage(), "Check the place and its space.", e);
        }
    }

    /** One pass over the rows. */
    private record Pass(Encoder encoder, RowFile rows, FiredOutput sink, Progress progress) {

        long watch(List<Integer> columns, boolean everything) throws IOException {
            long written = 0;
            int step = rows.rowsPerBlock();
            float[] values = new float[step * columns.size()];
            for (long from = 0; from < rows.rows(); from += step) {
                int count = (int) Math.min(step, rows.rows() - from);
                encoder.watch(rows.block(from, count), values, 0, columns.size());
                for (int r = 0; r < count; r++) {
                    for (int c = 0; c < columns.size(); c++) {
                        float value = values[r * columns.size() + c];
                        if (everything || value > 0) {
                            sink.add(from + r, columns.get(c), value);
                            written++;
                        }
                    }
                    sink.endRow();
                }
                progress.add(count);
            }
            return written;
        }

        long full(List<Integer> chosen) throws IOException {
            BitSet wanted = new BitSet();
            chosen.forEach(wanted::set);
            BitSet all = new BitSet();
            all.set(0, rows.rowsPerBlock());
            SparseRows sparse = new SparseRows();
            long written = 0;
            for (long from = 0; from < rows.rows(); from += rows.rowsPerBlock()) {
                int count = (int) Math.min(rows.rowsPerBlock(), rows.rows() - from);
                RowBlock block = rows.block(from, count);
                encoder.full(block, all, sparse);
                for (int r = 0; r < count; r++) {
                    for (int e = sparse.start(r); e < sparse.end(r); e++) {
                        if (wanted.isEmpty() || wanted.get(sparse.feature(e))) {
                            sink.add(from + r, sparse.feature(e), sparse.value(e));
                            written++;
                        }
                    }
                    sink.endRow();
                }
                progress.add(count);
            }
            return written;
        }
    }
}
