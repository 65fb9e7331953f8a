/**
 * What an encoder does to given rows, and whether it does it right.
 *
 * <p>{@link io.seismo.encoder.check.ActiveCounts} counts what fires, {@link io.seismo.encoder.check.Explained} how much of
 * the rows the decoder gives back, {@link io.seismo.encoder.check.ControlCheck} holds the fast encoder against the scalar
 * control in double precision, value by value, and {@link io.seismo.encoder.check.SparsityCheck} compares with the rates
 * that lie beside an SAE.
 *
 * <p>The law a fast encoder keeps: {@code |Δpre| ≤ 8·√d·2⁻²⁴·(‖u‖·‖w‖ + |c|)} for every feature, u being the normalised
 * row. A feature may fire in one and not in the other only where moving all pre-activations by that much changes the
 * control's own answer; that is asked of the control itself, so that the rule holds for every activation function.
 *
 * <p>Sums are in double precision and in the order of the rows. Memory is a few numbers a feature, whatever the number of
 * rows. Threads: one at a time. Nothing here reads files or knows ONNX Runtime.
 */
@NullMarked
package io.seismo.encoder.check;

import org.jspecify.annotations.NullMarked;
