package io.seismo.app.sae;

import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.check.ProbeCheck;
import io.seismo.encoder.check.ScoreSpread;
import io.seismo.weights.probe.Probe;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Scores rows as the pipeline does, and holds a sample of the scores against the control. */
final class ProbeChecking {

    private final PipedProbe.Reading reading;
    private final Probe probe;
    private final RowFile rows;
    private final Output output;
    /** Features that are read, ascending, which stand behind the outputs in what is computed. */
    private final int[] beside;

    /** Features in the order of the inputs; empty where rows are read. */
    private final List<Integer> features;

    private final ScoreSpread[] spreads;
    private final @Nullable ProbeCheck check;
    private int alone;
    private int differing;

    ProbeChecking(PipedProbe.Reading reading, RowFile rows, Output output) {
        this.reading = reading;
        this.probe = reading.probe();
        this.rows = rows;
        this.output = output;
        this.features = reading.features();
        this.beside = new TreeSet<>(features).stream().mapToInt(Integer::intValue).toArray();
        this.spreads = new ScoreSpread[probe.outputs()];
        for (int c = 0; c < spreads.length; c++) {
            spreads[c] = new ScoreSpread();
        }
        this.check = probe instanceof Probe.Onnx ? null : new ProbeCheck(probe, reading.sae() == null);
    }

    /** @param sampled rows for the control, at least 1 */
    ProbeReport run(String activations, String dtype, int sampled) {
        List<Integer> outputs = IntStream.range(0, probe.outputs()).boxed().toList();
        List<Integer> read = IntStream.of(beside).boxed().toList();
        String fingerprint;
        try (PipedProbe piped = PipedProbe.open(reading, rows.dtype(), outputs, read)) {
            survey(piped);
            sample(piped, sampled);
            fingerprint = piped.fingerprint();
        }
        ProbeCheck.Result control = check == null ? null : check.result();
        return new ProbeReport(
                reading.location(),
                probe.words(),
                reading.sae(),
                activations,
                dtype,
                rows.rows(),
                Arrays.stream(spreads).map(ScoreSpread::result).toList(),
                control,
                alone,
                differing,
                differing == 0 && (control == null || control.holds()),
                fingerprint);
    }

    private void survey(PipedProbe piped) {
        int width = piped.columns();
        float[] values = new float[rows.rowsPerBlock() * width];
        try (Progress progress = output.progress("scoring", "rows", rows.rows())) {
            for (long from = 0; from < rows.rows(); from += rows.rowsPerBlock()) {
                int count = (int) Math.min(rows.rowsPerBlock(), rows.rows() - from);
                piped.values(rows.block(from, count), values);
                for (int r = 0; r < count; r++) {
                    for (int c = 0; c < spreads.length; c++) {
                        spreads[c].add(values[r * width + c]);
                    }
                }
                progress.add(count);
            }
        }
    }

    /** A sampled row is scored among its neighbours and by itself. */
    private void sample(PipedProbe piped, int sampled) {
        int width = piped.columns();
        float[] together = new float[rows.rowsPerBlock() * width];
        float[] single = new float[width];
        try (Progress progress = output.progress("control", "rows", sampled)) {
            for (int i = 0; i < sampled; i++) {
                long place = Sample.place(i, sampled, rows.rows());
                int count = (int) Math.min(rows.rowsPerBlock(), rows.rows() - place);
                piped.values(rows.block(place, count), together);
                RowBlock row = rows.block(place, 1);
                piped.values(row, single);
                alone++;
                differing += Arrays.equals(single, 0, spreads.length, together, 0, spreads.length) ? 0 : 1;
                if (check != null) {
                    check.add(inputs(row, together), place, together, 0);
                }
                progress.add(1);
            }
        }
    }

    /** Of a probe on features the very features that it was computed from; of any other the row. */
    private double[] inputs(RowBlock row, float[] values) {
        if (reading.sae() == null) {
            return NaiveEncoder.decode(row, 0);
        }
        double[] x = new double[features.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = values[spreads.length + Arrays.binarySearch(beside, features.get(i))];
        }
        return x;
    }
}
