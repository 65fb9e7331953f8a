package io.seismo.activation;

import io.seismo.wire.End;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Segment;
import io.seismo.wire.Tick;

/**
 * Copies field by field what may leave for {@code features}. Token ids and text stay behind, and so does any field this
 * version does not know: a newer producer's field might hold text. The row kinds stay behind too, because the encoded
 * frame has its own.
 */
final class SegmentStrip {

    private SegmentStrip() {}

    static Segment strip(Segment segment) {
        Segment.Builder out = Segment.newBuilder()
                .setRequestId(segment.getRequestId())
                .setStartPosition(segment.getStartPosition())
                .setRows(segment.getRows())
                .setRoleValue(segment.getRoleValue())
                .setPhaseValue(segment.getPhaseValue())
                .setCachedPrefix(segment.getCachedPrefix())
                .setSessionKey(segment.getSessionKey())
                .setAccountKey(segment.getAccountKey())
                .setTenantKey(segment.getTenantKey());
        segment.getAttributesList()
                .forEach(attribute ->
                        out.addAttributesBuilder().setKey(attribute.getKey()).setValue(attribute.getValue()));
        if (segment.hasEnd()) {
            out.setEnd(End.newBuilder()
                    .setRowsExpected(segment.getEnd().getRowsExpected())
                    .setOutcomeValue(segment.getEnd().getOutcomeValue()));
        }
        return out.build();
    }

    static Tick strip(Tick tick) {
        return Tick.newBuilder()
                .setTimeMs(tick.getTimeMs())
                .setPartitions(tick.getPartitions())
                .setEpoch(tick.getEpoch())
                .setNextEpoch(tick.getNextEpoch())
                .setNextEpochFirstPane(tick.getNextEpochFirstPane())
                .build();
    }

    static Heartbeat strip(Heartbeat heartbeat) {
        return Heartbeat.newBuilder()
                .setSourceId(heartbeat.getSourceId())
                .setSourceEpoch(heartbeat.getSourceEpoch())
                .setTimestampMs(heartbeat.getTimestampMs())
                .setFramesSent(heartbeat.getFramesSent())
                .setFramesDropped(heartbeat.getFramesDropped())
                .setRowsServed(heartbeat.getRowsServed())
                .build();
    }
}
