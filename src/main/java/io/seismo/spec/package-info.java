/**
 * What a deployment watches: the YAML as records, and the plan the rest of Seismo runs from.
 *
 * <p>A spec is read in two steps. The strict parser turns YAML into records that cannot be wrong by themselves; the
 * planner resolves names, encoders and columns into a {@link io.seismo.spec.MonitorPlan}. Everything below this package
 * sees only the plan: lists sorted by id, columns as indexes, durations as milliseconds. Two specs with the same plan
 * behave alike, and every instance of a deployment computes the same plan from the same bytes.
 *
 * <p>Pure: no I/O beyond the text handed in, no clock, no framework.
 */
@NullMarked
package io.seismo.spec;

import org.jspecify.annotations.NullMarked;
