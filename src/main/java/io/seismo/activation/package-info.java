/**
 * From the bytes of a record to an accepted, encoded frame or a refusal with a reason.
 *
 * <p>{@link io.seismo.activation.Intake} is what the live processor and replay call: one record in, exactly one
 * feature record out. It goes through four steps, and the first that objects names the reason.
 *
 * <ol>
 *   <li>{@link io.seismo.activation.FrameReader} parses without copying tensor bytes and checks what needs no state:
 *       size, schema version, bounds.
 *   <li>{@link io.seismo.activation.IntakeGate} holds the record against the partition's time and its source's
 *       sequence: late, ahead, duplicate, out of order.
 *   <li>{@link io.seismo.activation.PayloadCheck} holds the tensors against the plan: model, hooks, dtype, shape,
 *       length, checksum, finite values.
 *       Rows that were encoded beside the model go through {@code EncodedCheck} instead: hook, weights and units must be
 *       those of the plan.
 *       {@code CanaryCheck} holds the rows of known prompts against what was recorded of them: what differs is named in the
 *       feature record, and rows that match are known and in no statistic.
 *   <li>{@link io.seismo.activation.FeatureEncoder} decides each row's kind and runs the encoders, or takes what they gave elsewhere.
 * </ol>
 *
 * <p>Invariants. Only a frame that passed all four advances its source's sequence: a refused record leaves no trace but
 * its refusal. Only ticks move time. What a row becomes depends on the row, its segment and the plan, never on the
 * other rows of the frame. What leaves for {@code features} carries no token ids, no text and no field this version
 * does not know. A refusal names the field and the remedy and never quotes the record.
 *
 * <p>Bounds: 1 MiB a record in (parsing one costs at most about 64 times its size, all of it short-lived), 512 KiB a
 * feature record out (a frame that would give more is refused), 4,096 sources a partition, each forgotten after an hour
 * of ticks without a frame. A source that was never seen, or was forgotten, starts without missing frames; a source
 * that starts a new epoch is expected to count from 1.
 *
 * <p>Failure: garbage is refused, never thrown. An encoder that fails gives a refusal with
 * {@link io.seismo.wire.Reason#REASON_ENCODER}; the frame then counts as missing when its successor arrives.
 *
 * <p>Threads: one {@code Intake} per partition, used by one thread; encoders may be shared. Pure: no clock, no
 * framework.
 */
@NullMarked
package io.seismo.activation;

import org.jspecify.annotations.NullMarked;
