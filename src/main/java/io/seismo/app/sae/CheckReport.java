package io.seismo.app.sae;

import io.seismo.app.cli.NamedLines;
import io.seismo.encoder.check.ActiveCounts;
import io.seismo.encoder.check.ControlCheck;
import io.seismo.encoder.check.PrecisionCheck;
import io.seismo.encoder.check.SparsityCheck;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code seismo sae check} found; field names are its JSON.
 *
 * @param rows in the file
 * @param sinks rows longer than the SAE's sink norm; counted here and nowhere else
 * @param sinkNorm 0 when unknown, then no row is one
 * @param active of all other rows
 * @param fvu fraction of variance unexplained; absent without a decoder, or when all rows are equal
 * @param unexplained what a detector with {@code source: reconstruction} would see: residual over the sum of squares around
 *     what the decoder gives when nothing fires; absent without a decoder
 * @param sparsity against the published rates; absent where there are none
 * @param control the encoder against the control, on a sample of all rows
 * @param reduced coarser weights against fp32, as far as asked for
 * @param threshold in place of top-k; absent unless asked for
 */
record CheckReport(
        String location,
        String activations,
        String dtype,
        long rows,
        long sinks,
        double sinkNorm,
        Active active,
        @Nullable Double fvu,
        @Nullable Double unexplained,
        @Nullable SparsityCheck sparsity,
        ControlCheck.Result control,
        boolean holds,
        List<Reductions.Reduced> reduced,
        @Nullable Calibration threshold,
        String fingerprint) {

    static final double DENSE = 0.1;

    /**
     * Counts of what fired.
     *
     * @param l0 mean features a row, with quantiles over rows
     * @param dead features that fired on no row
     * @param dense features that fired on more than a tenth of the rows
     */
    record Active(long rows, int features, double l0, int p5, int p50, int p95, int max, int dead, int dense) {
        static Active of(ActiveCounts counts) {
            return new Active(
                    counts.rows(),
                    counts.width(),
                    counts.mean(),
                    counts.quantile(0.05),
                    counts.quantile(0.5),
                    counts.quantile(0.95),
                    counts.quantile(1),
                    counts.dead(),
                    counts.denser(DENSE));
        }
    }

    void print(PrintWriter to) {
        NamedLines out = new NamedLines(to, 10);
        out.line(location, "%,d rows of %s (%s)", rows, activations, dtype);
        out.line("sinks", sinkNorm == 0 ? "not known" : "%,d rows longer than %.2f, left out below", sinks, sinkNorm);
        out.line(
                "L0",
                "%.2f; quantiles 5 %% %d, 50 %% %d, 95 %% %d, max %d",
                active.l0,
                active.p5,
                active.p50,
                active.p95,
                active.max);
        out.line("dead", "%,d of %,d features fired on none of these rows", active.dead, active.features);
        out.line("dense", "%,d fired on more than a tenth of them", active.dense);
        if (fvu != null) {
            out.line("FVU", "%.4f (0 is perfect, 1 is the mean row)", fvu);
        } else {
            out.line("FVU", "not known: no decoder, or no variance");
        }
        if (unexplained != null) {
            out.line("live", "%.1f %% unexplained, as source: reconstruction sees it", 100 * unexplained);
        }
        if (sparsity != null) {
            out.line("published", "L0 %.2f, %,d dead", sparsity.l0(), sparsity.dead());
            out.line(
                    "",
                    "%.1f silent expected on as many independent rows, %,d silent against it; correlation of log rates %.3f",
                    sparsity.expectedSilent(),
                    sparsity.missing(),
                    sparsity.correlation());
        }
        out.line(
                "control",
                "%,d rows evenly spread, %,d pre-activations against scalar double precision",
                control.rows(),
                control.values());
        out.line(
                "",
                "worst |Δpre| is %.4f of 8·√d·2⁻²⁴·(‖u‖·‖w‖ + |c|), at row %d, feature %d; %,d beyond it",
                control.worstRatio(),
                control.worstRow(),
                control.worstFeature(),
                control.beyond());
        out.line(
                "",
                "flips: %,d inside the band, %,d outside; %,d values outside",
                control.flipsInside(),
                control.flipsOutside(),
                control.valuesOutside());
        reduced.forEach(each -> reduced(out, each));
        if (threshold != null) {
            threshold.print(out);
        }
        out.line("verdict", holds ? "the encoder keeps the law" : "THE ENCODER BREAKS THE LAW");
    }

    private static void reduced(NamedLines out, Reductions.Reduced each) {
        PrecisionCheck.Result found = each.found();
        out.line(
                each.precision(),
                "%,d fired in fp32; %,d gained, %,d lost: %,d inside the band, %,d outside",
                found.fired(),
                found.gained(),
                found.lost(),
                found.inside(),
                found.outside());
        out.line(
                "",
                "values differ by at most %.4g (%.3g of the value), rms %.3g; %.2f times the speed of fp32, %,.0f tokens"
                        + " a CPU second",
                found.worst(),
                found.worstRelative(),
                found.rms(),
                each.speed(),
                each.tokensPerSecond());
    }
}
