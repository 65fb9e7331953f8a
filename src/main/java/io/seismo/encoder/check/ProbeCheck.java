package io.seismo.encoder.check;

import io.seismo.encoder.NaiveProbe;
import io.seismo.weights.probe.Probe;

/** Holds the scores of a fast probe against {@link NaiveProbe}, within {@link ProbeBand}. */
public final class ProbeCheck {

    private final NaiveProbe control;
    private final ProbeBand bands;
    private final int outputs;
    private long rows;
    private long beyond;
    private double worst;
    private int worstOutput;
    private long worstRow;

    /**
     * Of a probe that is understood.
     *
     * @param onRows whether it reads rows, rather than features that are given as they are
     */
    public ProbeCheck(Probe probe, boolean onRows) {
        this.control = new NaiveProbe(probe);
        this.bands = new ProbeBand(probe, onRows);
        this.outputs = probe.outputs();
    }

    /**
     * What was found.
     *
     * @param rows compared
     * @param values compared: rows times outputs
     * @param worstRatio largest |Δscore| in units of the bound
     * @param worstRow where, counted in the file
     * @param worstOutput where
     * @param beyond scores beyond the bound
     */
    public record Result(long rows, long values, double worstRatio, long worstRow, int worstOutput, long beyond) {

        /** Whether the probe kept the law. */
        public boolean holds() {
            return beyond == 0;
        }
    }

    /**
     * Compares one row.
     *
     * @param x inputs of the probe, in its order
     * @param place of the row, for the report
     * @param fast scores of the fast probe, all outputs from {@code at} on
     */
    public void add(double[] x, long place, float[] fast, int at) {
        double[] exact = control.score(x);
        double[] band = bands.of(x, exact);
        for (int c = 0; c < outputs; c++) {
            double difference = Math.abs(fast[at + c] - exact[c]);
            double ratio = difference == 0 ? 0 : difference / band[c];
            // Not "ratio > 1": a NaN must count.
            beyond += ratio <= 1 ? 0 : 1;
            if (!(ratio <= worst)) {
                worst = ratio;
                worstOutput = c;
                worstRow = place;
            }
        }
        rows++;
    }

    /** What was found so far. */
    public Result result() {
        return new Result(rows, rows * outputs, worst, worstRow, worstOutput, beyond);
    }
}
