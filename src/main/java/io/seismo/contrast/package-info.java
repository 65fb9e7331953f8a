/**
 * Which features tell two sets of captured requests apart, and whether they do so better than plainer rules.
 *
 * <p>{@link io.seismo.contrast.RequestFile} reads captured requests: frames as they were sent, or arrays of rows with the
 * number of the request of each. {@link io.seismo.contrast.FeaturePass} encodes every scored row in full and keeps the
 * request score of every feature, {@link io.seismo.contrast.Ranking} orders the features by it.
 * {@link io.seismo.contrast.RulePass} then scores a handful of rules (features, a difference of means, a logistic probe,
 * keywords, the row norm, random features of equal density) on all requests, and {@link io.seismo.contrast.Scorecard}
 * measures them.
 *
 * <p>Law: what a rule is chosen on is never what it is measured on. Requests fall into two halves by a hash of their id
 * ({@link io.seismo.contrast.Half}). Features are ranked, probes fitted and thresholds set on the first half alone;
 * figures come from the second, or from files held out for it. A held-out request whose rows equal those of a request of
 * the first half, byte for byte, is left out and counted: the same text asked twice must not vouch for itself.
 *
 * <p>Scores are those of the pipeline: rows are checked and classified by {@link io.seismo.activation.TapReader}, token
 * signals become request scores by {@link io.seismo.score.Aggregator}, rules run on the encoder's watch graph. All
 * statistics are per request, since tokens of one request are correlated. Sums are in double precision and in file
 * order; transcendental functions are {@code StrictMath}'s; the same files give the same bytes on every machine whose
 * encoder gives the same bits.
 *
 * <p>Bounds: 2^20 requests a run, 20,000 open at a time, 64 KiB of token text of each; scores of all features are spilled
 * to a temporary directory and read back a part at a time; of mean rows at most 2^25 values are kept.
 *
 * <p>Threads: one at a time. Failure: {@link io.seismo.weights.WeightsException} with file, place and remedy. Token text
 * is looked at by the keyword rule and never kept, written or logged.
 */
@NullMarked
package io.seismo.contrast;

import org.jspecify.annotations.NullMarked;
