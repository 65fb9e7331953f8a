/**
 * What a deployment watches: the YAML as records, and the plan the rest of Seismo runs from.
 *
 * <p>A spec is read in two steps. {@link io.seismo.spec.SpecParser} turns YAML into {@link io.seismo.spec.MonitorSpec},
 * records that cannot be wrong by themselves; {@link io.seismo.spec.Planner} resolves names, encoders and columns into
 * a {@link io.seismo.spec.MonitorPlan}, asking an {@link io.seismo.spec.EncoderCatalog} about the weights. Everything
 * below this package sees only the plan: lists sorted by id, columns as indexes, durations as milliseconds. Two specs
 * with the same plan behave alike, and every instance of a deployment computes the same plan from the same bytes.
 *
 * <p>Strictness. A monitor that silently ignores a misspelt key watches less than its author believes, so nothing is
 * ignored: unknown and duplicate keys, names that are not defined, taps, encoders and detectors that nothing uses, watch
 * entries that no detector covers, pages that no receiver gets. Words of the language that this version does not support
 * are refused as such. Every problem carries line, column and path, what was found and what to write instead, and all
 * problems that can be told apart are reported at once.
 *
 * <p>One grammar. {@code Grammar} and its neighbours list every key with its kind, default and one sentence. The parser
 * reads by that list and {@link io.seismo.spec.SpecSchema} prints it as JSON Schema, so the two cannot drift. A kind is
 * an object that both reads a value and says what it looks like; defaults are written as YAML and read by the same kind.
 *
 * <p>Text is hostile until read: at most 1 MiB of UTF-8, twelve levels, 20,000 values, no anchors, aliases, tags or
 * merge keys, no implicit types beyond JSON's, patterns matched only against short text, messages stripped of control
 * characters. Anything the parser cannot read ends in {@link io.seismo.spec.SpecException} and in nothing else.
 *
 * <p>Pure: no I/O beyond the text handed in, no clock, no framework. All public types are immutable and safe to share
 * between threads.
 */
@NullMarked
package io.seismo.spec;

import org.jspecify.annotations.NullMarked;
