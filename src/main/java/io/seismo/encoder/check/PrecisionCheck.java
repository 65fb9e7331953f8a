package io.seismo.encoder.check;

import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.EncoderWeights;

/**
 * Features of an encoder with coarser weights against those of the fp32 encoder on the same rows: what fires in one only,
 * and how far values differ where both fire.
 *
 * <p>A flip lies inside the band of {@link ControlCheck} when rounding in fp32 alone could have made it; the others are the
 * price of the coarser weights.
 */
public final class PrecisionCheck {

    private final NaiveEncoder control;
    private final Band band;
    private final double[] widths;
    private final double[] pre;
    private final double[] lowered;
    private final double[] raised;
    private final float[] plain;
    private long rows;
    private long fired;
    private long gained;
    private long lost;
    private long inside;
    private double worst;
    private double worstRelative;
    private double squares;
    private long both;

    /** @param weights of the fp32 encoder */
    public PrecisionCheck(EncoderWeights weights) {
        this.control = new NaiveEncoder(weights);
        this.band = new Band(weights);
        this.widths = new double[weights.width()];
        this.pre = new double[weights.width()];
        this.lowered = new double[weights.width()];
        this.raised = new double[weights.width()];
        this.plain = new float[weights.width()];
    }

    /** Pre-activations in fp32, asked for only where something flipped. */
    @FunctionalInterface
    public interface PreActivations {

        /** Writes those of one row of a block. */
        void row(RowBlock block, int row, float[] out);
    }

    /**
     * What was found.
     *
     * @param fired features of all rows in fp32
     * @param gained fire only with coarser weights
     * @param lost fire only in fp32
     * @param inside flips that fp32 leaves open
     * @param outside all others
     * @param worst largest difference of values where both fire
     * @param worstRelative largest such difference over the value in fp32
     * @param rms root mean square of the differences
     */
    public record Result(
            long rows,
            long fired,
            long gained,
            long lost,
            long inside,
            long outside,
            double worst,
            double worstRelative,
            double rms) {}

    /**
     * Compares the rows of a block.
     *
     * @param fine of the fp32 encoder
     * @param coarse of the other
     */
    public void add(RowBlock block, SparseRows fine, SparseRows coarse, PreActivations fp32) {
        for (int r = 0; r < block.rows(); r++) {
            boolean prepared = false;
            int a = fine.start(r);
            int b = coarse.start(r);
            fired += fine.end(r) - a;
            while (a < fine.end(r) || b < coarse.end(r)) {
                int left = a < fine.end(r) ? fine.feature(a) : Integer.MAX_VALUE;
                int right = b < coarse.end(r) ? coarse.feature(b) : Integer.MAX_VALUE;
                if (left == right) {
                    differ(fine.value(a++), coarse.value(b++));
                    continue;
                }
                if (!prepared) {
                    prepare(block, r, fp32);
                    prepared = true;
                }
                if (left < right) {
                    lost++;
                    a++;
                } else {
                    gained++;
                    b++;
                }
                inside += open(Math.min(left, right)) ? 1 : 0;
            }
            rows++;
        }
    }

    private void differ(float fine, float coarse) {
        double difference = Math.abs((double) coarse - fine);
        worst = Math.max(worst, difference);
        worstRelative = Math.max(worstRelative, difference / fine);
        squares += difference * difference;
        both++;
    }

    private void prepare(RowBlock block, int row, PreActivations fp32) {
        fp32.row(block, row, plain);
        band.of(NaiveEncoder.norm(control.input(block, row)), widths);
        for (int f = 0; f < pre.length; f++) {
            pre[f] = plain[f];
            lowered[f] = pre[f] - widths[f];
            raised[f] = pre[f] + widths[f];
        }
    }

    /** Whether moving all pre-activations by the band, this one the other way, changes whether it fires. */
    private boolean open(int f) {
        return fires(lowered, f, raised[f]) && !fires(raised, f, lowered[f]);
    }

    private boolean fires(double[] others, int f, double own) {
        double kept = others[f];
        others[f] = own;
        boolean fires = control.value(others, f) > 0;
        others[f] = kept;
        return fires;
    }

    /** What was found so far. */
    public Result result() {
        double rms = both == 0 ? 0 : Math.sqrt(squares / both);
        return new Result(rows, fired, gained, lost, inside, gained + lost - inside, worst, worstRelative, rms);
    }
}
