/**
 * From activations to features: the interface the pipeline calls, and the naive control every fast encoder is held to.
 *
 * <p>An encoder takes the rows of one frame as they came off the wire (bf16, f16 or f32, little-endian) and gives either
 * the few watched columns of every row, or all features of chosen rows in sparse form. Both are functions of the row
 * alone: a row gives the same bits whatever batch it arrives in, which replay relies on and a test keeps watch over.
 *
 * <p>The way back, from features to what the row should have been, is {@link io.seismo.encoder.Reconstruction}; live it is
 * asked for through {@link io.seismo.encoder.RebuildingEncoder}, by {@code encoder.check} directly.
 *
 * <p>Threads: an {@link io.seismo.encoder.Encoder} may be shared by stream threads; the buffers handed in may not.
 * Failure: an encoder that cannot encode throws {@link io.seismo.encoder.EncoderException}; it never returns partial
 * results. The only importer of ONNX Runtime and DJL is {@code encoder.onnx}.
 */
@NullMarked
package io.seismo.encoder;

import org.jspecify.annotations.NullMarked;
