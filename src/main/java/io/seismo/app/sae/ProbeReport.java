package io.seismo.app.sae;

import io.seismo.app.cli.NamedLines;
import io.seismo.encoder.check.ProbeCheck;
import io.seismo.encoder.check.ScoreSpread;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code seismo sae check} found of a probe; field names are its JSON.
 *
 * @param form what it computes, in words
 * @param sae whose features it reads; absent where it reads rows
 * @param rows in the file
 * @param scores of each output
 * @param control against scalar double precision on a sample of the rows; absent for a model in ONNX, which has none
 * @param alone sampled rows that were scored again by themselves
 * @param differing of these, with other bits than among their neighbours
 */
record ProbeReport(
        String location,
        String form,
        @Nullable String sae,
        String activations,
        String dtype,
        long rows,
        List<ScoreSpread.Result> scores,
        ProbeCheck.@Nullable Result control,
        int alone,
        int differing,
        boolean holds,
        String fingerprint) {

    private static final int SHOWN = 16;

    ProbeReport {
        scores = List.copyOf(scores);
    }

    void print(PrintWriter to) {
        NamedLines out = new NamedLines(to, 10);
        out.line(location, "%s, on %,d rows of %s (%s)", form, rows, activations, dtype);
        out.line("reads", "%s", sae == null ? "rows" : "features of " + sae);
        for (int c = 0; c < Math.min(SHOWN, scores.size()); c++) {
            ScoreSpread.Result score = scores.get(c);
            out.line(
                    scores.size() == 1 ? "score" : "output " + c,
                    "min %.6g, mean %.6g, max %.6g, standard deviation %.6g; above 0 on %.2f %% of rows",
                    score.min(),
                    score.mean(),
                    score.max(),
                    score.sd(),
                    100 * score.above());
        }
        if (scores.size() > SHOWN) {
            out.line("", "and %,d outputs more, which --json lists", scores.size() - SHOWN);
        }
        if (control == null) {
            out.line("control", "none: a model in ONNX is not understood");
        } else {
            out.line(
                    "control",
                    "%,d rows evenly spread, %,d scores against scalar double precision",
                    control.rows(),
                    control.values());
            out.line(
                    "",
                    "worst |Δscore| is %.4f of what rounding leaves open, at row %d, output %d; %,d beyond it",
                    control.worstRatio(),
                    control.worstRow(),
                    control.worstOutput(),
                    control.beyond());
        }
        out.line("alone", "%,d rows by themselves, %,d with other bits than among others", alone, differing);
        out.line("verdict", holds ? "the probe keeps the law" : "THE PROBE BREAKS THE LAW");
    }
}
