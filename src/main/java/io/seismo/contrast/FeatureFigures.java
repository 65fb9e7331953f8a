package io.seismo.contrast;

/**
 * What one feature is worth on the requests that rules are chosen on, and, for stability, on the other half.
 *
 * @param feature index
 * @param auroc on the choosing half: against ordinary negatives, or the mean of that and against hard ones
 * @param aurocOrdinary against ordinary negatives
 * @param aurocHard against hard negatives; NaN without any
 * @param aurocOther as {@code auroc}, on the other half; NaN when it lacks a group
 * @param effect mean score of positives minus that of negatives, in pooled standard deviations (Cohen's d)
 * @param density share of scored rows of ordinary negatives on which it fires
 * @param firedPositive share of positive requests in which it fires
 * @param firedNegative share of negative requests, hard ones included
 */
public record FeatureFigures(
        int feature,
        double auroc,
        double aurocOrdinary,
        double aurocHard,
        double aurocOther,
        double effect,
        double density,
        double firedPositive,
        double firedNegative) {}
