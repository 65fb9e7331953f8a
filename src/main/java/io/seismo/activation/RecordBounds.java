package io.seismo.activation;

import com.google.protobuf.ByteString;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Attribute;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import io.seismo.wire.Tick;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The bounds of a parsed record's fields. Each method gives what is wrong, or {@code null}. */
final class RecordBounds {

    static final int MAX_ID_BYTES = 128;
    static final int MAX_SEGMENTS = 4_096;
    static final int MAX_TENSORS = 16;
    static final int MAX_ENCODED = 64;
    static final int MAX_ATTRIBUTES = 8;
    static final int MAX_ATTRIBUTE_BYTES = 64;

    /** End of the year 9999: beyond it pane arithmetic could overflow. */
    static final long MAX_TIME_MS = 253_402_300_799_999L;

    private RecordBounds() {}

    static @Nullable String fault(ActivationRecord record) {
        return switch (record.getBodyCase()) {
            case FRAME -> frame(record.getFrame());
            case TICK -> tick(record.getTick());
            case HEARTBEAT -> heartbeat(record.getHeartbeat());
            case BODY_NOT_SET -> "body is neither frame, tick nor heartbeat";
        };
    }

    private static @Nullable String tick(Tick tick) {
        return tick.getTimeMs() > MAX_TIME_MS
                ? "tick.time_ms is beyond the year 9999; milliseconds are expected"
                : null;
    }

    private static @Nullable String heartbeat(Heartbeat heartbeat) {
        String fault = source(heartbeat.getSourceId(), heartbeat.getSourceEpoch(), heartbeat.getTimestampMs());
        if (fault != null) {
            return fault;
        }
        return heartbeat.getRowsServed() < 0 ? "rows_served is above 2^63 - 1" : null;
    }

    private static @Nullable String frame(Frame frame) {
        String fault = source(frame.getSourceId(), frame.getSourceEpoch(), frame.getTimestampMs());
        if (fault != null) {
            return fault;
        }
        if (frame.getSourceSeq() < 1) {
            return "source_seq must lie in 1..2^63 - 1; count frames from 1";
        }
        if (!id(frame.getModel()) || !id(frame.getRevision())) {
            return "model and revision need 1 to 128 bytes";
        }
        if (tooLong(frame.getCaptureTool(), MAX_ID_BYTES)) {
            return "capture_tool is above 128 bytes";
        }
        if (frame.getSegmentsCount() > MAX_SEGMENTS) {
            return "more than 4,096 segments; split the frame";
        }
        if (frame.getTensorsCount() > MAX_TENSORS) {
            return "more than 16 tensors; send fewer hook points";
        }
        fault = segments(frame);
        if (fault == null) {
            fault = tensors(frame);
        }
        return fault != null ? fault : encoded(frame);
    }

    private static @Nullable String source(String sourceId, long sourceEpoch, long timestampMs) {
        if (!id(sourceId)) {
            return "source_id needs 1 to 128 bytes";
        }
        if (sourceEpoch < 0) {
            return "source_epoch is above 2^63 - 1";
        }
        if (timestampMs == 0) {
            return "timestamp_ms is missing";
        }
        return timestampMs > MAX_TIME_MS ? "timestamp_ms is beyond the year 9999; milliseconds are expected" : null;
    }

    private static @Nullable String segments(Frame frame) {
        for (Segment segment : frame.getSegmentsList()) {
            String fault = segment(segment);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private static @Nullable String segment(Segment segment) {
        if (!id(segment.getRequestId())) {
            return "request_id needs 1 to 128 bytes";
        }
        if (tooLong(segment.getSessionKey(), MAX_ID_BYTES)
                || tooLong(segment.getAccountKey(), MAX_ID_BYTES)
                || tooLong(segment.getTenantKey(), MAX_ID_BYTES)) {
            return "session_key, account_key and tenant_key are at most 128 bytes";
        }
        if (segment.getStartPosition() < 0
                || segment.getCachedPrefix() < 0
                || segment.getRows() < 0
                || segment.getStartPosition() + segment.getRows() < 0) {
            return "positions end at 2^31 - 1";
        }
        return perRow(segment)
                ? attributes(segment)
                : "row_kinds, token_ids and token_text hold one entry a row or none";
    }

    private static boolean perRow(Segment segment) {
        int rows = segment.getRows();
        return emptyOr(segment.getRowKinds().size(), rows)
                && emptyOr(segment.getTokenIdsCount(), rows)
                && emptyOr(segment.getTokenTextCount(), rows);
    }

    private static boolean emptyOr(int count, int rows) {
        return count == 0 || count == rows;
    }

    private static @Nullable String attributes(Segment segment) {
        if (segment.getAttributesCount() > MAX_ATTRIBUTES) {
            return "more than 8 attributes on a segment";
        }
        for (Attribute attribute : segment.getAttributesList()) {
            if (tooLong(attribute.getKey(), MAX_ATTRIBUTE_BYTES)
                    || tooLong(attribute.getValue(), MAX_ATTRIBUTE_BYTES)) {
                return "an attribute's key and value are at most 64 bytes each";
            }
        }
        ByteString kinds = segment.getRowKinds();
        for (int row = 0; row < kinds.size(); row++) {
            if (kinds.byteAt(row) < RowKinds.SCORED || kinds.byteAt(row) > RowKinds.PADDING) {
                return "row_kinds knows 0 ordinary, 1 special and 2 padding";
            }
        }
        return null;
    }

    private static @Nullable String tensors(Frame frame) {
        long rows = 0;
        for (Segment segment : frame.getSegmentsList()) {
            rows += segment.getRows();
        }
        for (int i = 0; i < frame.getTensorsCount(); i++) {
            Tensor tensor = frame.getTensors(i);
            if (!id(tensor.getHook())) {
                return "hook needs 1 to 128 bytes";
            }
            if (tensor.getShapeCount() > 0 && Integer.toUnsignedLong(tensor.getShape(0)) != rows) {
                return "segment rows do not add up to the tensor's rows";
            }
            for (int earlier = 0; earlier < i; earlier++) {
                if (frame.getTensors(earlier).getHook().equals(tensor.getHook())) {
                    return "two tensors of one hook; send each hook point once a frame";
                }
            }
        }
        return null;
    }

    private static @Nullable String encoded(Frame frame) {
        if (frame.getEncodedCount() > MAX_ENCODED) {
            return "more than 64 encoders' rows; send fewer";
        }
        long rows = 0;
        for (Segment segment : frame.getSegmentsList()) {
            rows += segment.getRows();
        }
        for (int i = 0; i < frame.getEncodedCount(); i++) {
            EncodedRows encoded = frame.getEncoded(i);
            if (!id(encoded.getHook()) || !id(encoded.getWeights()) || !id(encoded.getUnits())) {
                return "hook, weights and units of encoded rows need 1 to 128 bytes";
            }
            if (Integer.toUnsignedLong(encoded.getRows()) != rows) {
                return "segment rows do not add up to the encoded rows";
            }
            for (Tensor tensor : frame.getTensorsList()) {
                if (tensor.getHook().equals(encoded.getHook())) {
                    return "a hook comes both as a tensor and encoded; send one";
                }
            }
            for (int earlier = 0; earlier < i; earlier++) {
                if (same(frame.getEncoded(earlier), encoded)) {
                    return "two times rows of one encoder in the same units; send them once a frame";
                }
            }
        }
        return null;
    }

    private static boolean same(EncodedRows one, EncodedRows other) {
        return one.getHook().equals(other.getHook())
                && one.getWeights().equals(other.getWeights())
                && one.getUnits().equals(other.getUnits());
    }

    private static boolean id(String text) {
        return !text.isEmpty() && !tooLong(text, MAX_ID_BYTES);
    }

    private static boolean tooLong(String text, int maxBytes) {
        // A char is at most three bytes of UTF-8 and at least one.
        if (text.length() * 3 <= maxBytes) {
            return false;
        }
        return text.length() > maxBytes || text.getBytes(StandardCharsets.UTF_8).length > maxBytes;
    }
}
