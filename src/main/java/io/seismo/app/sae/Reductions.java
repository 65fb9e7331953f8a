package io.seismo.app.sae;

import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.PrecisionCheck;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.encoder.onnx.OnnxPreActivations;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Precision;
import io.seismo.weights.EncoderWeights;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Encoders with coarser weights beside the fp32 one, block by block in turn on the same rows, twice. */
final class Reductions {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final EncoderWeights weights;
    private final RowFile rows;

    Reductions(EncoderWeights weights, RowFile rows) {
        this.weights = weights;
        this.rows = rows;
    }

    /**
     * What one precision changes.
     *
     * @param speed processor time of fp32 over its own on the same rows, the search for what fires included
     * @param tokensPerSecond of processor time
     */
    record Reduced(String precision, PrecisionCheck.Result found, double speed, double tokensPerSecond) {}

    List<Reduced> measure(List<Precision> precisions, Output output) {
        List<Reduced> measured = new ArrayList<>();
        if (precisions.isEmpty()) {
            return measured;
        }
        try (Encoder fine = OnnxEncoders.open(weights, List.of(), true, rows.dtype());
                OnnxPreActivations pre = OnnxEncoders.preActivations(weights, rows.dtype())) {
            for (Precision precision : precisions) {
                String name = precision.word();
                try (Encoder coarse =
                                OnnxEncoders.open(weights, List.of(), true, rows.dtype(), Arithmetic.in(precision));
                        Progress progress = output.progress(name, "rows", rows.rows())) {
                    measured.add(measure(name, fine, coarse, pre, progress));
                }
            }
        }
        return measured;
    }

    private Reduced measure(String name, Encoder fine, Encoder coarse, OnnxPreActivations pre, Progress progress) {
        PrecisionCheck check = new PrecisionCheck(weights);
        SparseRows expected = new SparseRows();
        SparseRows found = new SparseRows();
        // The first calls make buffers and compile.
        RowBlock first = rows.block(0, (int) Math.min(rows.rowsPerBlock(), rows.rows()));
        nanos(fine, first, expected);
        nanos(coarse, first, found);
        long fineNanos = 0;
        long coarseNanos = 0;
        for (long from = 0; from < rows.rows(); from += rows.rowsPerBlock()) {
            RowBlock block = rows.block(from, (int) Math.min(rows.rowsPerBlock(), rows.rows() - from));
            // Whoever comes first finds the rows cold: each does once.
            fineNanos += nanos(fine, block, expected);
            coarseNanos += nanos(coarse, block, found);
            coarseNanos += nanos(coarse, block, found);
            fineNanos += nanos(fine, block, expected);
            check.add(block, expected, found, pre::row);
            progress.add(block.rows());
        }
        return new Reduced(name, check.result(), (double) fineNanos / coarseNanos, 2e9 * rows.rows() / coarseNanos);
    }

    private static long nanos(Encoder encoder, RowBlock block, SparseRows out) {
        BitSet all = new BitSet();
        all.set(0, block.rows());
        long begin = THREADS.getCurrentThreadCpuTime();
        encoder.full(block, all, out);
        return Math.max(1, THREADS.getCurrentThreadCpuTime() - begin);
    }
}
