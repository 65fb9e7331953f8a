package io.seismo.activation;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Parses a record and checks what needs neither state nor plan: OVERSIZED, UNPARSABLE, SCHEMA_VERSION, MALFORMED, in
 * this order. Never throws on garbage.
 *
 * <p>Tensor bytes are not copied: they alias the array handed in, which must not change while the record is in use.
 */
public final class FrameReader {

    /** Largest record value in bytes. */
    public static final int MAX_RECORD_BYTES = 1_048_576;

    /** The schema version that is read. */
    public static final int SCHEMA_VERSION = 1;

    private FrameReader() {}

    /**
     * Reads one record value.
     *
     * @param value the bytes, or {@code null} for a record without a value
     */
    public static Reading read(byte @Nullable [] value) {
        if (value == null) {
            return new Reading.Refused(Reason.REASON_UNPARSABLE, "the record has no value", 0);
        }
        if (value.length > MAX_RECORD_BYTES) {
            return new Reading.Refused(
                    Reason.REASON_OVERSIZED, "the record is above 1,048,576 bytes; send fewer rows a frame", 0);
        }
        ActivationRecord record;
        try {
            // Only a stream over an immutable string may alias; the wrapper promises that nobody writes to the array.
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(value).newCodedInput();
            in.enableAliasing(true);
            record = ActivationRecord.parseFrom(in);
        } catch (IOException e) {
            return new Reading.Refused(Reason.REASON_UNPARSABLE, "not an ActivationRecord of activation.proto", 0);
        }
        if (record.getSchemaVersion() != SCHEMA_VERSION) {
            return new Reading.Refused(
                    Reason.REASON_SCHEMA_VERSION, "schema_version is not 1; update the producer", rows(record));
        }
        String fault = RecordBounds.fault(record);
        return fault == null
                ? new Reading.Parsed(record)
                : new Reading.Refused(Reason.REASON_MALFORMED, fault, rows(record));
    }

    /** Rows the segments of a frame claim, at most {@link Integer#MAX_VALUE}; 0 for other records. */
    static int rows(ActivationRecord record) {
        long rows = 0;
        for (Segment segment : record.getFrame().getSegmentsList()) {
            rows += Integer.toUnsignedLong(segment.getRows());
        }
        return (int) Math.min(rows, Integer.MAX_VALUE);
    }
}
