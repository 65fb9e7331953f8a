package io.seismo.alert;

import io.seismo.spec.DetectorPlan;
import io.seismo.wire.VerdictCore;

/**
 * What a detector of an SAE's fidelity found, in counts against the usual.
 *
 * <p>{@code topics leaves 61.2 % (± 1.3 %) of 1,204 sampled tokens unexplained in 10m, usually 24.0 %, ceiling 35.0 %; 12.3
 * features a token}
 */
final class FidelityWords {

    private FidelityWords() {}

    static String of(DetectorPlan.OfEncoder detector, VerdictCore verdict, String window) {
        double perToken = verdict.getSeen() == 0 ? 0 : (double) verdict.getFired() / verdict.getSeen();
        String sample = Words.count(verdict.getSeen()) + " sampled tokens";
        if (detector instanceof DetectorPlan.UnexplainedCeiling ceiling) {
            return ceiling.encoder() + " leaves " + Words.percent(verdict.getStatistic()) + " (± "
                    + Words.percent(verdict.getMargin()) + ") of " + sample + " unexplained in " + window + ", "
                    + (verdict.getExpected() > 0 ? "usually " + Words.percent(verdict.getExpected()) : "no usual yet")
                    + ", ceiling " + Words.percent(ceiling.above()) + "; " + Words.number(perToken)
                    + " features a token";
        }
        DetectorPlan.ActiveBand band = (DetectorPlan.ActiveBand) detector;
        return Words.number(verdict.getStatistic()) + " (± " + Words.number(verdict.getMargin()) + ") features of "
                + band.encoder() + " fire on a token, over " + sample + " in " + window + ", "
                + (verdict.getExpected() > 0 ? "usually " + Words.number(verdict.getExpected()) : "no usual yet")
                + ", band " + Words.number(band.least()) + " to " + Words.number(band.most());
    }
}
