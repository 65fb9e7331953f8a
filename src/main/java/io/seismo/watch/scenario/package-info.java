/**
 * Scenarios: given a spec, when these requests come, then alerts stand so.
 *
 * <p>A scenario is a YAML file that a user can write for their own spec and run with {@code seismo test DIR}, and that the
 * build runs for ours. It speaks of counts per interval (requests, those that fired, breaches, coverage, what
 * an encoder leaves of its rows), in the series
 * notation of {@code promtool test rules}, and of alert states at times. It drives the same
 * {@link io.seismo.watch.WatchCore} as production, over one partition, as partitioning changes no verdict; nothing is
 * simulated but the counts that SCORE would have sent. No weights are needed: every encoder the spec names is taken on its
 * word.
 *
 * <p>{@link io.seismo.watch.scenario.ScenarioReader} is strict and the only class that reads YAML here; what it cannot
 * read ends in {@link io.seismo.watch.scenario.ScenarioException} with file and place.
 * {@link io.seismo.watch.scenario.ScenarioRunner} never throws for an expectation that does not hold: it reports all of
 * them, each with what was the case instead. Randomness is seeded in the file and computed from its own arithmetic, so a
 * scenario gives the same result everywhere.
 */
@NullMarked
package io.seismo.watch.scenario;

import org.jspecify.annotations.NullMarked;
