package io.seismo.score;

import com.google.protobuf.ByteString;
import io.seismo.activation.TestFrames;
import io.seismo.activation.TestPlans;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A seeded stream of record values with everything that can go wrong: late, early, doubled, reordered, torn, orphaned. */
final class Traffic {

    private final Random random;
    private final List<byte[]> values = new ArrayList<>();
    private final long[] seqs = {0, 0, 0};
    private final long[] epochs = {1, 1, 1};
    private final int[] positions = new int[40];
    private long time = Rig.T0;

    private Traffic(long seed) {
        this.random = new Random(seed);
    }

    static List<byte[]> values(long seed, int records) {
        Traffic traffic = new Traffic(seed);
        while (traffic.values.size() < records) {
            traffic.next();
        }
        return traffic.values;
    }

    private void next() {
        switch (random.nextInt(12)) {
            case 0, 1 -> tick();
            case 2 -> heartbeat();
            case 3 -> spoilt();
            default -> add(TestFrames.record(frame().build()));
        }
    }

    private void tick() {
        int kind = random.nextInt(30);
        time += kind == 0 ? 75_000 : kind == 1 ? -1_500 : 1_000;
        add(TestFrames.tick(time));
        time = kind == 1 ? time + 1_500 : time;
    }

    private void heartbeat() {
        int source = random.nextInt(3);
        long epoch = epochs[source] - (random.nextInt(8) == 0 ? 1 : 0);
        add(TestFrames.heartbeat("source-" + source, epoch, eventTime(), seqs[source] * 3));
    }

    private void spoilt() {
        Frame.Builder frame = frame();
        switch (random.nextInt(8)) {
            case 0 -> frame.setTimestampMs(time - 50_000);
            case 1 -> frame.setTimestampMs(time + 50_000);
            case 2 -> frame.setSourceSeq(Math.max(1, frame.getSourceSeq() - 1 - random.nextInt(70)));
            case 3 -> frame.setSourceEpoch(0);
            case 4 -> frame.setModel("other");
            case 5 -> frame.setTensors(0, frame.getTensors(0).toBuilder().setCrc32C(1));
            case 6 -> frame.setSourceId("");
            default -> {
                byte[] garbage = new byte[random.nextInt(60)];
                random.nextBytes(garbage);
                values.add(garbage);
                return;
            }
        }
        add(TestFrames.record(frame.build()));
    }

    private Frame.Builder frame() {
        int source = random.nextInt(3);
        if (random.nextInt(60) == 0) {
            epochs[source]++;
            seqs[source] = 0;
        }
        seqs[source] += 1 + (random.nextInt(15) == 0 ? random.nextInt(90) : 0);
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("source-" + source)
                .setSourceEpoch(epochs[source])
                .setSourceSeq(seqs[source])
                .setTimestampMs(eventTime())
                .setModel(TestPlans.MODEL)
                .setRevision(TestPlans.REVISION);
        int rows = 0;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            Segment segment = segment();
            frame.addSegments(segment);
            rows += segment.getRows();
        }
        return frame.addTensors(TestFrames.tensor(Dtype.DTYPE_F32, data(rows), rows, TestPlans.D_IN));
    }

    private Segment segment() {
        int slot = random.nextInt(positions.length);
        boolean fresh = positions[slot] == 0;
        int start = Math.max(0, positions[slot] + (random.nextInt(8) == 0 ? random.nextInt(7) - 3 : 0));
        int rows = random.nextInt(4);
        byte[] kinds = new byte[rows];
        for (int i = 0; i < rows; i++) {
            kinds[i] = (byte) Math.max(0, random.nextInt(12) - 9);
        }
        Segment.Builder segment = TestFrames.segment("request-" + slot + "-" + time / 90_000, start, rows).toBuilder()
                .setCachedPrefix(fresh ? random.nextInt(2) : 0)
                .setTenantKey("tenant-" + slot % 3)
                .setRowKinds(ByteString.copyFrom(kinds));
        positions[slot] = start + rows;
        if (random.nextInt(9) == 0) {
            segment.getEndBuilder().setRowsExpected(positions[slot]).setOutcomeValue(1 + random.nextInt(4));
            positions[slot] = 0;
        }
        return segment.build();
    }

    private byte[] data(int rows) {
        ByteBuffer data = ByteBuffer.allocate(rows * TestPlans.D_IN * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows * TestPlans.D_IN; i++) {
            data.putFloat(random.nextInt(300) == 0 ? 60f : (float) random.nextGaussian() * 2.5f);
        }
        return data.array();
    }

    private long eventTime() {
        return time - 9_000 + random.nextInt(15_000);
    }

    private void add(ActivationRecord record) {
        values.add(record.toByteArray());
    }
}
