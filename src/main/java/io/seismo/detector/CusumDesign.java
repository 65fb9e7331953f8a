package io.seismo.detector;

import io.seismo.spec.DetectorPlan;

/**
 * From a budget of false pages to charts: the average run length each chart must have under usual traffic.
 *
 * <p>{@code ARL0 = windows a week · charts / false pages a week}, charts being watch entries times shifts: false pages
 * are promised as a rate, which is what a procedure with finite run length can control.
 *
 * @param windowMs length of a window
 * @param charts watch entries times shifts that share the budget
 * @param falsePagesPerWeek the budget
 */
public record CusumDesign(long windowMs, int charts, double falsePagesPerWeek) {

    private static final double WEEK_MS = 7 * 86_400_000.0;

    public CusumDesign {
        if (windowMs < 1 || charts < 1 || !(falsePagesPerWeek > 0)) {
            throw new IllegalArgumentException("a design needs a window, charts and a budget");
        }
    }

    /** The design of a configured detector whose panes are {@code paneMs} long. */
    public static CusumDesign of(DetectorPlan.Rate plan, long paneMs) {
        int charts = Math.max(1, plan.watches().size()) * plan.shifts().size();
        return new CusumDesign(plan.windowPanes() * paneMs, charts, plan.falsePagesPerWeek());
    }

    /** {@code k = mu0·(r − 1) / ln r}, which makes C the log likelihood ratio over {@code ln r}. */
    public static double k(double mean, double shift) {
        return mean * (shift - 1) / StrictMath.log(shift);
    }

    /** ARL0: mean windows between false alarms of one chart. */
    public double windows() {
        return weekWindows() * charts / falsePagesPerWeek;
    }

    /** Windows in a week. */
    public double weekWindows() {
        return WEEK_MS / windowMs;
    }

    /** The limits of the chart for a shift. */
    public CusumLimits limits(double shift) {
        return new CusumLimits(shift, windows());
    }
}
