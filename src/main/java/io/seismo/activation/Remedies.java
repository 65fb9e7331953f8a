package io.seismo.activation;

import io.seismo.wire.Reason;

/** What to do about a record that the gate refused, in words that quote nothing of it. */
final class Remedies {

    private Remedies() {}

    static String of(Reason reason) {
        return switch (reason) {
            case REASON_NEGATIVE_TIME -> "timestamp_ms is negative; milliseconds since 1970 UTC are expected";
            case REASON_AHEAD ->
                "its time is ahead: of the partition's ticks, or, a tick, of Kafka; check the clocks of source and clock role";
            case REASON_LATE -> "timestamp_ms is past the grace; check the source's delay and clock";
            case REASON_STALE_SOURCE -> "source_epoch has been superseded; stop the older process of this source_id";
            case REASON_DUPLICATE -> "source_seq was accepted before; harmless when a producer retries";
            case REASON_OUT_OF_ORDER -> "source_seq is behind; one source writes its frames in order to one partition";
            case REASON_UNKNOWN_EPOCH ->
                "the tick names an epoch that is not in the log of epochs; only clock roles of this deployment write ticks";
            case REASON_UNSPECIFIED,
                    REASON_UNPARSABLE,
                    REASON_SCHEMA_VERSION,
                    REASON_OVERSIZED,
                    REASON_MALFORMED,
                    REASON_UNKNOWN_MODEL,
                    REASON_UNKNOWN_HOOK,
                    REASON_DTYPE,
                    REASON_SHAPE,
                    REASON_LENGTH,
                    REASON_CHECKSUM,
                    REASON_NON_FINITE,
                    REASON_HOOKS_SPLIT,
                    REASON_ENCODER,
                    REASON_MANIFEST,
                    REASON_NOT_ENCODED,
                    UNRECOGNIZED -> throw new IllegalArgumentException(reason + " is not a reason of the gate");
        };
    }
}
