package io.seismo.activation;

import com.google.protobuf.ByteString;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Origin;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import io.seismo.wire.Tick;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Records for tests. */
public final class TestFrames {

    private TestFrames() {}

    public static ActivationRecord tick(long timeMs) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(Tick.newBuilder().setTimeMs(timeMs).setPartitions(2).setEpoch(1))
                .build();
    }

    public static ActivationRecord heartbeat(String source, long epoch, long timestampMs, long rowsServed) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setHeartbeat(Heartbeat.newBuilder()
                        .setSourceId(source)
                        .setSourceEpoch(epoch)
                        .setTimestampMs(timestampMs)
                        .setRowsServed(rowsServed))
                .build();
    }

    public static ActivationRecord record(Frame frame) {
        return ActivationRecord.newBuilder().setSchemaVersion(1).setFrame(frame).build();
    }

    /** A frame of one segment; every row is {@code row}. */
    public static Frame.Builder frame(long seq, long timestampMs, Segment segment, float... row) {
        ByteBuffer data =
                ByteBuffer.allocate(segment.getRows() * row.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int r = 0; r < segment.getRows(); r++) {
            for (float x : row) {
                data.putFloat(x);
            }
        }
        return Frame.newBuilder()
                .setSourceId("a")
                .setSourceEpoch(1)
                .setSourceSeq(seq)
                .setTimestampMs(timestampMs)
                .setModel(TestPlans.MODEL)
                .setRevision(TestPlans.REVISION)
                .addTensors(tensor(Dtype.DTYPE_F32, data.array(), segment.getRows(), row.length))
                .addSegments(segment);
    }

    public static Tensor tensor(Dtype dtype, byte[] data, int rows, int d) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Tensor.newBuilder()
                .setHook(TestPlans.HOOK)
                .setDtype(dtype)
                .addShape(rows)
                .addShape(d)
                .setData(ByteString.copyFrom(data))
                .setCrc32C((int) crc.getValue())
                .build();
    }

    public static Segment segment(String request, int start, int rows) {
        return Segment.newBuilder()
                .setRequestId(request)
                .setStartPosition(start)
                .setRows(rows)
                .build();
    }

    public static Origin origin(long offset) {
        return Origin.newBuilder().setPartition(1).setOffset(offset).build();
    }
}
