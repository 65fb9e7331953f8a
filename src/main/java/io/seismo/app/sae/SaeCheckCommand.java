package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.check.SparsityCheck;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.OnnxPreActivations;
import io.seismo.spec.EncoderFacts;
import io.seismo.spec.Precision;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.load.WeightLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seismo sae check}: does an SAE or a probe fit these rows, and does the encoder compute it right. */
@Command(
        name = "check",
        description = {
            "Hold an SAE or a probe against a control on given rows, and measure what it makes of them:",
            "L0, FVU and dead features of an SAE, the scores of a probe."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo sae check demo/sae --activations rows.npy",
            "  seismo sae check demo/sae --activations rows.npy --precision bf16,int8",
            "  seismo sae check saes/topk --activations rows.npy --threshold topk-threshold.json --features 38,87",
            "  seismo sae check demo/phishing.safetensors --activations rows.npy --score unit",
            "  seismo sae check forest.npz --sae demo/sae --activations rows.npy",
            "",
            "The control is slow, so it sees a sample: rows evenly spread over the file, as many as --control-rows says.",
            "--precision only measures: the pipeline runs in fp32 unless the encoder in the spec says otherwise.",
            "Exit code 1 when the encoder breaks the law: a pre-activation, a value, a flip or a score outside the band."
        })
final class SaeCheckCommand implements Callable<Integer> {

    private static final int DEFAULT_ROWS = 64;
    private static final int FEWEST_ROWS = 4;
    private static final long DEFAULT_WORK = 1L << 32;
    private static final int MOST_ROWS = 100_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SAE", description = "An SAE or probe: a directory, a file, or demo/… for those in the jar.")
    private String location = "";

    @Mixin
    private RowsOption activations = new RowsOption();

    @Mixin
    private ProbeOption reads = new ProbeOption();

    @Option(
            names = "--control-rows",
            defaultValue = "0",
            paramLabel = "N",
            description = "Rows the control sees; by default 64, fewer for large SAEs.")
    private int controlRows;

    @Option(
            names = "--precision",
            split = ",",
            paramLabel = "P",
            description = "Also with weights in these, against fp32 on the same rows: ${COMPLETION-CANDIDATES}.")
    private List<Precision> precisions = List.of();

    @Option(
            names = "--threshold",
            paramLabel = "FILE",
            description = "Top-k only: find a threshold with the same L0 on the first half of the rows, measure what it"
                    + " changes on the second, and keep both in FILE (JSON).")
    private @Nullable Path threshold;

    @Option(
            names = "--features",
            split = ",",
            paramLabel = "I",
            description = "With --threshold: also what it changes of each of these.")
    private List<Integer> features = List.of();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        if (controlRows < 0 || controlRows > MOST_ROWS) {
            throw new ParameterException(spec.commandLine(), "--control-rows is 1 to " + MOST_ROWS);
        }
        if (threshold == null && !features.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--features goes with --threshold");
        }
        return Refused.asFailure(() -> WeightLoader.isProbe(location) ? probe() : sae()) ? 0 : 1;
    }

    private boolean sae() {
        reads.requireUnused(location);
        CheckReport report = check();
        output.write(report, report::print);
        return report.holds();
    }

    private boolean probe() {
        if (!precisions.isEmpty() || threshold != null) {
            throw new CommandFailure(
                    location + " is a probe; --precision and --threshold measure what SAEs make of rows",
                    "Leave them out.");
        }
        PipedProbe.Reading reading = PipedProbe.Reading.of(location, reads);
        RowFile rows = activations.open(reading.dIn(), reading.reader());
        int sampled = (int) Math.min(rows.rows(), controlRows == 0 ? DEFAULT_ROWS : controlRows);
        ProbeReport report = new ProbeChecking(reading, rows, output)
                .run(activations.file().toString(), dtype(rows), sampled);
        output.write(report, report::print);
        return report.holds();
    }

    private static String dtype(RowFile rows) {
        return rows.dtype().name().substring("DTYPE_".length()).toLowerCase(Locale.ROOT);
    }

    private CheckReport check() {
        EncoderWeights weights = WeightLoader.load(location);
        EncoderFacts facts = WeightLoader.facts(location);
        Decoder decoder = WeightLoader.decoder(location).orElse(null);
        RowFile rows = activations.open(weights.dIn(), location);
        Refused.unlessThere(features, weights.width(), location);
        Calibrator calibrator = threshold == null ? null : new Calibrator(weights, rows, output);
        Survey survey = new Survey(weights, decoder, facts.sinkNorm());
        Sample sample = new Sample(weights, rows, sampleSize(weights, rows.rows()));
        String fingerprint;
        try (Encoder encoder = OnnxEncoders.open(weights, List.of(), true, rows.dtype());
                Progress progress = output.progress("encoding", "rows", rows.rows())) {
            for (long from = 0; from < rows.rows(); from += rows.rowsPerBlock()) {
                int count = (int) Math.min(rows.rowsPerBlock(), rows.rows() - from);
                RowBlock block = rows.block(from, count);
                survey.add(encoder, block);
                progress.add(count);
            }
            sample.encode(encoder);
            fingerprint = encoder.fingerprint();
        }
        try (OnnxPreActivations fast = OnnxEncoders.preActivations(weights, rows.dtype());
                Progress progress = output.progress("control", "rows", sample.size())) {
            sample.compare(fast, () -> progress.add(1));
        }
        Calibration calibration = calibrate(calibrator);
        double fvu = survey.fvu();
        return new CheckReport(
                location,
                activations.file().toString(),
                dtype(rows),
                rows.rows(),
                survey.sinks(),
                facts.sinkNorm(),
                CheckReport.Active.of(survey.counts()),
                Double.isNaN(fvu) ? null : fvu,
                Double.isNaN(survey.unexplained()) ? null : survey.unexplained(),
                WeightLoader.rates(location)
                        .map(rates -> SparsityCheck.of(survey.counts(), rates))
                        .orElse(null),
                sample.result(),
                sample.result().holds(),
                new Reductions(weights, rows).measure(precisions, output),
                calibration,
                fingerprint);
    }

    private @Nullable Calibration calibrate(@Nullable Calibrator calibrator) {
        Path file = threshold;
        if (calibrator == null || file == null) {
            return null;
        }
        Calibration found = calibrator.run(location, activations.file(), List.copyOf(new TreeSet<>(features)));
        Calibrator.write(found, file);
        return found;
    }

    private int sampleSize(EncoderWeights weights, long rows) {
        long perRow = (long) weights.dIn() * weights.width();
        long fitting = Math.max(FEWEST_ROWS, Math.min(DEFAULT_ROWS, DEFAULT_WORK / perRow));
        return (int) Math.min(rows, controlRows == 0 ? fitting : controlRows);
    }
}
