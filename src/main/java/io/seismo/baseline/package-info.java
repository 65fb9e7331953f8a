/**
 * What is usual: reference rates that detectors compare windows with, and their bytes.
 *
 * <p>A baseline is per request: it learns which share of requests fires, so a change of traffic alone moves nothing. It
 * defends itself against being taught by what it should report:
 *
 * <ul>
 *   <li>the most recent past (the lag) never enters;
 *   <li>windows during an alarm or an active alert never enter, nor do those that led up to it;
 *   <li>what enters is winsorised against what was expected;
 *   <li>a reference, set once when the baseline becomes warm, never learns; charts run against it too.
 * </ul>
 *
 * <p>Until a baseline is warm, a prior rate from calibration stands in with the weight of 500 requests, and detectors
 * hold back unless the change is gross. What it does not do: it knows no hour of the week. A rate per request that
 * swings daily shows as dispersion, which widens limits rather than moving them.
 *
 * <p>Threads: a baseline belongs to one watch partition and is not shared. Failure: bytes of another version are
 * refused with an {@link java.lang.IllegalArgumentException}; nothing is guessed. State is bounded by construction.
 */
@NullMarked
package io.seismo.baseline;

import org.jspecify.annotations.NullMarked;
