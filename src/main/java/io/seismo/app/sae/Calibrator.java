package io.seismo.app.sae;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.Disagreement;
import io.seismo.encoder.check.ThresholdSearch;
import io.seismo.encoder.onnx.OnnxEncoders;
import io.seismo.spec.Arithmetic;
import io.seismo.spec.Device;
import io.seismo.spec.Precision;
import io.seismo.weights.Activation;
import io.seismo.weights.ByteSource;
import io.seismo.weights.EncoderWeights;
import io.seismo.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds a threshold that stands in for the top-k of an SAE: on the first half of the rows the one with the exact rule's mean
 * L0, on the second half what it changes.
 */
final class Calibrator {

    private static final int FORMAT = 1;
    private static final int FEWEST_ROWS = 2;
    /** Positive pre-activations of a block are held at once: 4 Mi, 32 MiB. */
    private static final int MOST_VALUES = 1 << 22;

    private final EncoderWeights weights;
    private final int k;
    private final RowFile rows;
    private final int rowsPerBlock;
    private final Output output;

    /** @throws WeightsException when no threshold can stand in, or there are too few rows */
    Calibrator(EncoderWeights weights, RowFile rows, Output output) {
        if (!(weights.activation() instanceof Activation.TopK top)) {
            throw new WeightsException(
                    weights.manifest().source() + " is " + weights.activation().words()
                            + "; a threshold can stand in for top-k only",
                    "leave --threshold out");
        }
        if (rows.rows() < FEWEST_ROWS) {
            throw new WeightsException(
                    "the activations are " + rows.rows() + " row", "give rows to search on and rows to compare on");
        }
        this.k = top.k();
        this.weights = weights;
        this.rows = rows;
        this.rowsPerBlock = Math.max(1, Math.min(rows.rowsPerBlock(), MOST_VALUES / weights.width()));
        this.output = output;
    }

    /**
     * Searches and compares.
     *
     * @param location of the SAE, as given
     * @param activations file of the rows
     * @param features whose disagreement is told one by one
     * @throws WeightsException when nothing fires
     */
    Calibration run(String location, Path activations, List<Integer> features) {
        long half = rows.rows() / 2;
        long fired = firings(half);
        float threshold = search(half, fired);
        Disagreement disagreement = new Disagreement(weights.width());
        String fingerprint = compare(half, threshold, disagreement);
        Disagreement.Result heldOut = disagreement.result();
        return new Calibration(
                FORMAT,
                location,
                weights.manifest().digest(),
                k,
                threshold,
                activations.toString(),
                ByteSource.file(activations).sha256(),
                half,
                (double) fired / half,
                heldOut,
                heldOut.share(),
                disagreement.of(features),
                fingerprint);
    }

    /** Keeps a calibration in a file. */
    static void write(Calibration calibration, Path file) {
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        try (Draft draft = new Draft(file, "json")) {
            json.writeValue(draft.path().toFile(), calibration);
            draft.finish();
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot write " + file + ": " + e.getMessage(), "Check the place and its space.", e);
        }
    }

    private long firings(long end) {
        long[] count = {0};
        SparseRows exact = new SparseRows();
        try (Encoder encoder = open(weights)) {
            blocks("exact", 0, end, block -> {
                full(encoder, block, exact);
                count[0] += exact.end(exact.rows() - 1);
            });
        }
        if (count[0] == 0) {
            throw new WeightsException("nothing fires on the first half of these rows", "give rows of its hook point");
        }
        return count[0];
    }

    private float search(long end, long wanted) {
        EncoderWeights positive = new EncoderWeights(
                weights.manifest(), weights.matrix(), weights.bias(), new Activation.Relu(), weights.norm());
        ThresholdSearch search = new ThresholdSearch();
        SparseRows above = new SparseRows();
        try (Encoder encoder = open(positive)) {
            for (int showing = 1; showing <= 2; showing++) {
                blocks("search, pass " + showing, 0, end, block -> {
                    full(encoder, block, above);
                    search.add(above);
                });
                if (showing == 1 && !search.narrow(wanted)) {
                    throw new IllegalStateException("top-k fires where nothing is above 0");
                }
            }
        }
        return search.threshold();
    }

    private String compare(long from, float threshold, Disagreement disagreement) {
        SparseRows exact = new SparseRows();
        SparseRows other = new SparseRows();
        Arithmetic arithmetic = new Arithmetic(Device.CPU, Precision.FP32, threshold);
        try (Encoder byK = open(weights);
                Encoder byThreshold = OnnxEncoders.open(weights, List.of(), true, rows.dtype(), arithmetic)) {
            blocks("comparing", from, rows.rows(), block -> {
                full(byK, block, exact);
                full(byThreshold, block, other);
                disagreement.add(exact, other);
            });
            return byThreshold.fingerprint();
        }
    }

    private Encoder open(EncoderWeights used) {
        return OnnxEncoders.open(used, List.of(), true, rows.dtype());
    }

    private void blocks(String label, long begin, long end, Consumer<RowBlock> work) {
        try (Progress progress = output.progress(label, "rows", end - begin)) {
            for (long from = begin; from < end; from += rowsPerBlock) {
                int count = (int) Math.min(rowsPerBlock, end - from);
                work.accept(rows.block(from, count));
                progress.add(count);
            }
        }
    }

    private static void full(Encoder encoder, RowBlock block, SparseRows out) {
        BitSet all = new BitSet();
        all.set(0, block.rows());
        encoder.full(block, all, out);
    }
}
