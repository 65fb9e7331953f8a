package io.seismo.bench;

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
import io.seismo.wire.Tick;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;

/** Frames of 128 Gaussian rows of 384 in bf16: 98,304 bytes of tensor each. One source per partition. */
final class BenchTraffic {

    static final int ROWS = 128;

    private static final int POOL = 64;
    private static final int PARTITIONS = 2;

    private final List<byte[]> batches = new ArrayList<>();
    private final List<Integer> checksums = new ArrayList<>();
    private final long[] sequence = new long[PARTITIONS];
    private final long[] rowsServed = new long[PARTITIONS];
    private int next;

    BenchTraffic(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < POOL; i++) {
            byte[] batch = batch(random);
            CRC32C crc = new CRC32C();
            crc.update(batch);
            batches.add(batch);
            checksums.add((int) crc.getValue());
        }
    }

    private static byte[] batch(Random random) {
        ByteBuffer rows =
                ByteBuffer.allocate(ROWS * BenchPlans.D_IN * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (rows.hasRemaining()) {
            rows.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
        }
        return rows.array();
    }

    /** The distinct batches of rows that frames carry, in their order. */
    List<byte[]> batches() {
        return batches;
    }

    /** A frame of one partition that carries one chunk of a request. */
    byte[] frame(int partition, long timestampMs, String request, int chunk, boolean last) {
        int pick = next++ % POOL;
        Segment.Builder segment = Segment.newBuilder()
                .setRequestId(request)
                .setStartPosition(chunk * ROWS)
                .setRows(ROWS)
                .setRole(Role.ROLE_USER)
                .setPhase(Phase.PHASE_PROMPT)
                .setAccountKey("account-" + Math.floorMod(request.hashCode(), 97))
                .setTenantKey("tenant-" + Math.floorMod(request.hashCode(), 7));
        if (last) {
            segment.setEnd(End.newBuilder().setRowsExpected((chunk + 1) * ROWS).setOutcome(Outcome.OUTCOME_COMPLETED));
        }
        rowsServed[partition] += ROWS;
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("bench/" + partition)
                .setSourceEpoch(1)
                .setSourceSeq(++sequence[partition])
                .setTimestampMs(timestampMs)
                .setModel(BenchPlans.MODEL)
                .setRevision("r1")
                .setCaptureTool("bench 1")
                .addTensors(Tensor.newBuilder()
                        .setHook(BenchPlans.HOOK)
                        .setDtype(Dtype.DTYPE_BF16)
                        .addShape(ROWS)
                        .addShape(BenchPlans.D_IN)
                        .setData(UnsafeByteOperations.unsafeWrap(batches.get(pick)))
                        .setCrc32C(checksums.get(pick)))
                .addSegments(segment);
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setFrame(frame)
                .build()
                .toByteArray();
    }

    /** A tick; the same in every partition. */
    static byte[] tick(long timeMs) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(Tick.newBuilder()
                        .setTimeMs(timeMs)
                        .setPartitions(PARTITIONS)
                        .setEpoch(1))
                .build()
                .toByteArray();
    }

    /** A heartbeat of a partition's source with its counters so far. */
    byte[] heartbeat(int partition, long timeMs) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setHeartbeat(Heartbeat.newBuilder()
                        .setSourceId("bench/" + partition)
                        .setSourceEpoch(1)
                        .setTimestampMs(timeMs)
                        .setFramesSent(sequence[partition])
                        .setRowsServed(rowsServed[partition]))
                .build()
                .toByteArray();
    }
}
