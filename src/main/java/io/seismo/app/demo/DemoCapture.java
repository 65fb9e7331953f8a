package io.seismo.app.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Outcome;
import io.seismo.wire.Phase;
import io.seismo.wire.Role;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a capture client does, for one lane: packs the requests of a pass into a frame, numbers it, keeps its own ledger.
 *
 * <p>Not safe for use by several threads.
 */
final class DemoCapture {

    private final String sourceId;
    private final String model;
    private final String revision;
    private final String hook;
    private final int dIn;
    private final long sourceEpoch;
    private long sequence;
    private long framesSent;
    private long framesDropped;
    private long rowsServed;
    private long rowsSent;

    DemoCapture(String sourceId, DemoModelCard card, long sourceEpoch) {
        this.sourceId = sourceId;
        this.model = card.model();
        this.revision = card.revision();
        this.hook = card.hook();
        this.dIn = card.dIn();
        this.sourceEpoch = sourceEpoch;
    }

    /**
     * The model whose activations are sent.
     *
     * @param model name in frames
     * @param revision revision in frames
     * @param hook hook name of the tapped layer
     * @param dIn width of a row
     */
    record DemoModelCard(String model, String revision, String hook, int dIn) {}

    /**
     * One request of a pass with its rows.
     *
     * @param request who asked
     * @param captured what was captured
     */
    record Served(DemoTraffic.Request request, CapturedText captured) {}

    /** A frame of these requests, or {@code null} when the capture drops it; served rows count either way. */
    @Nullable
    ActivationRecord pass(List<Served> requests, long timestampMs, boolean drop) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId(sourceId)
                .setSourceEpoch(sourceEpoch)
                .setTimestampMs(timestampMs)
                .setModel(model)
                .setRevision(revision)
                .setCaptureTool("seismo-demo 1");
        int count = 0;
        for (Served served : requests) {
            rows.writeBytes(served.captured().bf16());
            count += served.captured().rows();
            frame.addSegments(segment(served));
        }
        rowsServed += count;
        if (drop) {
            framesDropped++;
            return null;
        }
        rowsSent += count;
        framesSent++;
        frame.setSourceSeq(++sequence).addTensors(tensor(rows.toByteArray(), count));
        return ActivationRecord.newBuilder().setSchemaVersion(1).setFrame(frame).build();
    }

    /** Proof of life with the counters so far. */
    ActivationRecord heartbeat(long timestampMs) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setHeartbeat(Heartbeat.newBuilder()
                        .setSourceId(sourceId)
                        .setSourceEpoch(sourceEpoch)
                        .setTimestampMs(timestampMs)
                        .setFramesSent(framesSent)
                        .setFramesDropped(framesDropped)
                        .setRowsServed(rowsServed))
                .build();
    }

    long framesSent() {
        return framesSent;
    }

    long rowsSent() {
        return rowsSent;
    }

    private Segment segment(Served served) {
        CapturedText captured = served.captured();
        return Segment.newBuilder()
                .setRequestId(served.request().id())
                .setRows(captured.rows())
                .setRole(Role.ROLE_USER)
                .setPhase(Phase.PHASE_PROMPT)
                .setAccountKey(served.request().account())
                .setTenantKey(served.request().tenant())
                .setRowKinds(UnsafeByteOperations.unsafeWrap(captured.rowKinds()))
                .addAllTokenText(captured.tokens())
                .setEnd(End.newBuilder().setRowsExpected(captured.rows()).setOutcome(Outcome.OUTCOME_COMPLETED))
                .build();
    }

    private Tensor tensor(byte[] data, int rows) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        ByteString bytes = UnsafeByteOperations.unsafeWrap(data);
        return Tensor.newBuilder()
                .setHook(hook)
                .setDtype(Dtype.DTYPE_BF16)
                .addShape(rows)
                .addShape(dIn)
                .setData(bytes)
                .setCrc32C((int) crc.getValue())
                .build();
    }
}
