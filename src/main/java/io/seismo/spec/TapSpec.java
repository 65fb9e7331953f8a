package io.seismo.spec;

import io.seismo.wire.Dtype;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to a hook point.
 *
 * @param topic where frames arrive; {@code activations}
 * @param hook hook name
 * @param dIn width of a row
 * @param dtype what frames must carry
 * @param skip rows that are counted but never scored
 * @param sinkNorm row norm above which a row is an attention sink; {@code null} takes the encoder's
 */
public record TapSpec(
        String topic,
        String hook,
        int dIn,
        Dtype dtype,
        List<Skip> skip,
        @Nullable Float sinkNorm) {

    /** Rows that are counted but never scored. */
    public enum Skip {
        /** Special tokens, as the producer marks them. */
        SPECIAL,
        /** Padding, as the producer marks it; never scored even when not named. */
        PADDING,
        /** Position 0 of a request. */
        FIRST,
        /** Attention sinks: rows whose norm is far above the median. */
        SINKS
    }

    public TapSpec {
        skip = List.copyOf(skip);
        if (sinkNorm != null && !skip.contains(Skip.SINKS)) {
            throw new IllegalArgumentException("sink_norm is given but skip does not name sinks");
        }
    }
}
