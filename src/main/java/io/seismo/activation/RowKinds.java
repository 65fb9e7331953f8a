package io.seismo.activation;

/**
 * What a row of a frame counts as, decided from the row alone. In this order: padding, special token, first position of
 * its request, attention sink, and otherwise scored.
 *
 * <p>Attention sinks are rows whose norm is far above the rest (Xiao et al., "Efficient Streaming Language Models with
 * Attention Sinks", 2023); SAEs are not trained on them. The bound is absolute, so that no other row can matter.
 */
public final class RowKinds {

    /** Scored, and counted in feature statistics. */
    public static final byte SCORED = 0;

    /** A special token, said by the producer. */
    public static final byte SPECIAL = 1;

    /** Padding, said by the producer. */
    public static final byte PADDING = 2;

    /** Position 0 of its request. */
    public static final byte FIRST = 3;

    /** Norm above the tap's bound. */
    public static final byte SINK = 4;

    /** Of a canary that matched: known, and in no statistic. */
    public static final byte CANARY = 5;

    private RowKinds() {}
}
