package io.seismo.encoder.check;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.EncoderWeights;

/**
 * Holds a fast encoder against {@link NaiveEncoder}: pre-activations within the band, features equal but for those whose
 * answer the band leaves open.
 */
public final class ControlCheck {

    private final NaiveEncoder control;
    private final int width;
    private final Band bands;
    private final double[] band;
    private final double[] lowered;
    private final double[] raised;
    private long rows;
    private long beyond;
    private long flipsInside;
    private long flipsOutside;
    private long valuesOutside;
    private double worst;
    private int worstFeature;
    private long worstRow;

    /** @param weights canonical form, the same the fast encoder was opened with */
    public ControlCheck(EncoderWeights weights) {
        this.control = new NaiveEncoder(weights);
        this.width = weights.width();
        this.bands = new Band(weights);
        this.band = new double[width];
        this.lowered = new double[width];
        this.raised = new double[width];
    }

    /**
     * What was found.
     *
     * @param rows compared
     * @param values compared: rows times features
     * @param worstRatio largest |Δpre| in units of the bound
     * @param worstRow where, counted in the file
     * @param worstFeature where
     * @param beyond pre-activations beyond the bound
     * @param flipsInside fired in one and not in the other, where the band leaves it open
     * @param flipsOutside where it does not
     * @param valuesOutside feature values that no pre-activations within the band would give
     */
    public record Result(
            long rows,
            long values,
            double worstRatio,
            long worstRow,
            int worstFeature,
            long beyond,
            long flipsInside,
            long flipsOutside,
            long valuesOutside) {

        /** Whether the encoder kept the law. */
        public boolean holds() {
            return beyond == 0 && flipsOutside == 0 && valuesOutside == 0;
        }
    }

    /**
     * Compares one row.
     *
     * @param block holds the row
     * @param row within the block
     * @param place of the row, for the report
     * @param fast pre-activations of the fast encoder
     * @param features of the row, from the fast encoder, in row {@code sparseRow} of {@code sparse}
     */
    public void add(RowBlock block, int row, long place, float[] fast, SparseRows sparse, int sparseRow) {
        double[] pre = control.preActivations(block, row);
        bands.of(NaiveEncoder.norm(control.input(block, row)), band);
        for (int f = 0; f < width; f++) {
            ratio(Math.abs(fast[f] - pre[f]), f, place);
        }
        for (int f = 0; f < width; f++) {
            lowered[f] = pre[f] - band[f];
            raised[f] = pre[f] + band[f];
        }
        int entry = sparse.start(sparseRow);
        for (int f = 0; f < width; f++) {
            boolean fires = entry < sparse.end(sparseRow) && sparse.feature(entry) == f;
            compare(pre, f, fires ? sparse.value(entry++) : 0);
        }
        rows++;
    }

    private void ratio(double difference, int f, long place) {
        double ratio = difference == 0 ? 0 : difference / band[f];
        // Not "ratio > 1": a NaN must count.
        beyond += ratio <= 1 ? 0 : 1;
        if (!(ratio <= worst)) {
            worst = ratio;
            worstFeature = f;
            worstRow = place;
        }
    }

    private void compare(double[] pre, int f, float value) {
        double expected = Math.max(0, control.value(pre, f));
        if (expected == 0 && value == 0) {
            return;
        }
        double most = alone(lowered, f, raised[f]);
        double least = alone(raised, f, lowered[f]);
        boolean alike = (expected > 0) == (value > 0);
        if (alike) {
            boolean within = value <= Math.nextUp((float) most) && value >= Math.nextDown((float) least);
            valuesOutside += within ? 0 : 1;
        } else if (most > 0 && least == 0) {
            flipsInside++;
        } else {
            flipsOutside++;
        }
    }

    /** The control's answer with all pre-activations moved one way, and this one the other. */
    private double alone(double[] others, int f, double own) {
        double kept = others[f];
        others[f] = own;
        double value = control.value(others, f);
        others[f] = kept;
        return Math.max(0, value);
    }

    /** What was found so far. */
    public Result result() {
        return new Result(
                rows, rows * width, worst, worstRow, worstFeature, beyond, flipsInside, flipsOutside, valuesOutside);
    }
}
