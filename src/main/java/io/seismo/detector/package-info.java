/**
 * What deviates from what is usual: one class per published method, each a pure function of (baseline, window).
 *
 * <p>Requests are counted, not tokens: tokens of one request are correlated, so a token-level test pages on quiet traffic.
 * And pages are promised, not significance: a detector is designed from the false pages a week it may spend, which fixes
 * the average run length of its charts, which fixes their limits.
 *
 * <ul>
 *   <li>{@link io.seismo.detector.RateDetector}: {@link io.seismo.detector.PoissonCusum} per shift over a learned
 *       baseline, designed by {@link io.seismo.detector.CusumDesign} through {@link io.seismo.detector.RunLength};
 *   <li>{@link io.seismo.detector.AbsoluteCap}: a human's limit on one request, no statistics;
 *   <li>{@link io.seismo.detector.CoverageFloor}: whether the monitor sees what was served;
 *   <li>{@link io.seismo.detector.CanaryMatch}: whether it sees what it is meant to see.
 *   <li>{@link io.seismo.detector.UnexplainedCeiling} and {@link io.seismo.detector.ActiveBand}: whether an SAE still
 *       describes its rows; ratios of {@link io.seismo.detector.RatioSums}, beyond a bound by more than chance.
 * </ul>
 *
 * <p>Invariants: equal windows in equal order give equal bits, on every machine (IEEE arithmetic and
 * {@link java.lang.StrictMath} only); the verdict is given on the baseline before it learns; an alarm ends.
 *
 * <p>Measured on quiet streams with traffic that swings sixfold a day (BudgetTest): 0.2 to 0.7 of the stated false pages
 * with a known rate, 0.3 to 0.5 with a learned one. Decision 3 in the site has the figures and what is not modelled.
 *
 * <p>Threads: a detector and the states it serves belong to one thread. Failure: state bytes of another version are
 * refused; a detector without enough knowledge says so in the verdict's guard instead of judging.
 */
@NullMarked
package io.seismo.detector;

import org.jspecify.annotations.NullMarked;
