package io.seismo.encoder;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns activations at one hook point into features: an SAE or a probe.
 *
 * <p>Shareable between threads; holds native memory until closed.
 */
public interface Encoder extends AutoCloseable {

    /** Width of a row of activations; of a probe on several taps, of their rows side by side. */
    int dIn();

    /** All features: d_sae, or the outputs of a probe. */
    int width();

    /** Columns of the watch graph, in ascending feature order. */
    int watchColumns();

    /**
     * Watched columns of every row.
     *
     * @param rows [n, dIn]
     * @param out receives row r, column c at {@code offset + r * stride + c}
     * @param offset index of the first value
     * @param stride distance between rows of {@code out}
     */
    void watch(RowBlock rows, float[] out, int offset, int stride);

    /**
     * All features of the chosen rows.
     *
     * @param rows [n, dIn]
     * @param chosen rows to encode; the others come out empty
     * @param out cleared, then filled with n rows
     */
    void full(RowBlock rows, BitSet chosen, SparseRows out);

    /** Whether it has its decoder, so that {@link #errors} can be asked. */
    default boolean rebuilds() {
        return false;
    }

    /**
     * What the decoder leaves of rows.
     *
     * @param rows [n, dIn]
     * @param chosen rows to rebuild; the others come out as 0
     * @param fired what {@link #full} gave for them
     * @param out cleared, then told the mean squares of each chosen row
     */
    default void errors(RowBlock rows, BitSet chosen, SparseRows fired, RowErrors out) {
        throw new EncoderException("opened without a decoder");
    }

    /**
     * What computes the watched columns of this and all other encoders of its plan together; {@code null} where each
     * answers {@link #watch} by itself. An encoder that has one need not answer alone.
     */
    default @Nullable JointWatch joint() {
        return null;
    }

    /** Pins what makes the numbers: runtime version, provider, instruction set, hashes of weights and graphs. */
    String fingerprint();

    /** SHA-256 of weights and configuration, hex; the same wherever and for whatever columns they are opened. */
    String weights();

    @Override
    void close();
}
