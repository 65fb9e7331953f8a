package io.seismo.reference;

import com.google.protobuf.ByteString;
import io.seismo.wire.Dtype;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Outcome;
import io.seismo.wire.Phase;
import io.seismo.wire.Role;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** One capturing process and the partition it writes: a batching server with a handful of requests in flight. */
final class Lane {

    private static final class Live {
        final String id;
        final int cachedPrefix;
        final boolean planted;
        final boolean silentEnd;
        final int promptEnd;
        final int end;
        int position;

        Live(String id, SplittableRandom random, boolean planted, boolean odd) {
            this.id = id;
            this.planted = planted;
            cachedPrefix = random.nextInt(4) == 0 ? random.nextInt(1, 30) : 0;
            silentEnd = odd && random.nextInt(12) == 0;
            promptEnd = cachedPrefix + random.nextInt(1, 30);
            end = promptEnd + random.nextInt(0, 14);
            position = cachedPrefix;
        }
    }

    final String id;
    final TreeSet<Long> skipped = new TreeSet<>();
    private final SplittableRandom random;
    private final TrafficSettings settings;
    private final double[] direction = PlanFixture.sae().direction(PlanFixture.BRIDGE);
    private final List<Live> inFlight = new ArrayList<>();
    private long begun;
    private long served;
    private long framesSent;
    long epoch = 1;
    long seq;

    Lane(String id, SplittableRandom random, TrafficSettings settings) {
        this.id = id;
        this.random = random;
        this.settings = settings;
    }

    /** One forward pass at a time; empty lanes give no segments. */
    Frame.Builder pass(long timestampMs) {
        arrivals(timestampMs);
        List<Segment> segments = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        for (Live live : List.copyOf(inFlight)) {
            if (segments.size() < 5 && random.nextInt(4) > 0) {
                segments.add(step(live, rows));
            }
        }
        if (settings.odd() && random.nextInt(25) == 0) {
            segments.add(segment("orphan-" + begun + id, 50, rowsInto(rows, 2, false)));
        }
        if (segments.isEmpty()) {
            return frame(timestampMs, segments, rows);
        }
        seq++;
        if (settings.odd() && random.nextInt(40) == 0) {
            skipped.add(seq++);
        }
        served += settings.losing(timestampMs) ? rows.size() * 2L : rows.size();
        framesSent++;
        return frame(timestampMs, segments, rows);
    }

    /** Forgets its counters, as a process that was started again. */
    void restart() {
        epoch += 1 + random.nextInt(1000);
        seq = 0;
        served = 0;
        framesSent = 0;
        inFlight.clear();
        skipped.clear();
    }

    Heartbeat heartbeat(long timestampMs) {
        return Heartbeat.newBuilder()
                .setSourceId(id)
                .setSourceEpoch(epoch)
                .setTimestampMs(timestampMs)
                .setFramesSent(framesSent)
                .setRowsServed(served)
                .build();
    }

    private void arrivals(long timestampMs) {
        while (inFlight.size() < 8 && random.nextInt(3) == 0) {
            boolean planted = random.nextInt(100) < (settings.spiking(timestampMs) ? 60 : 2);
            inFlight.add(new Live("r-" + id + "-" + begun++, random, planted, settings.odd()));
        }
    }

    private Segment step(Live live, List<float[]> rows) {
        boolean prompt = live.position < live.promptEnd;
        int count = prompt ? Math.min(random.nextInt(1, 13), live.promptEnd - live.position) : 1;
        count = Math.min(count, live.end - live.position);
        Segment.Builder segment = segment(live.id, live.position, rowsInto(rows, count, live.planted)).toBuilder();
        segment.setCachedPrefix(live.cachedPrefix).setPhase(prompt ? Phase.PHASE_PROMPT : Phase.PHASE_GENERATED);
        oddStart(segment, live);
        live.position += count;
        if (live.position >= live.end) {
            inFlight.remove(live);
            if (!live.silentEnd) {
                segment.setEnd(End.newBuilder()
                        .setRowsExpected(live.end - live.cachedPrefix)
                        .setOutcomeValue(outcome()));
            }
        }
        return segment.build();
    }

    /** A newer producer may know outcomes that this version does not. */
    private int outcome() {
        return settings.odd() && random.nextInt(20) == 0 ? 9 : random.nextInt(Outcome.OUTCOME_ABORTED_VALUE + 1);
    }

    /** A hole in the positions, or rows sent again under positions already seen. */
    private void oddStart(Segment.Builder segment, Live live) {
        int draw = settings.odd() ? random.nextInt(60) : -1;
        if (draw == 0) {
            live.position += 3;
            segment.setStartPosition(live.position);
        } else if (draw == 1 && live.position > live.cachedPrefix + 1) {
            segment.setStartPosition(live.position - 1);
        }
    }

    private Segment segment(String request, int start, int count) {
        Segment.Builder segment = Segment.newBuilder()
                .setRequestId(request)
                .setStartPosition(start)
                .setRows(count)
                .setRole(Role.ROLE_USER)
                .setAccountKey("account-" + Math.floorMod(request.hashCode(), 5))
                .setTenantKey("tenant-" + Math.floorMod(request.hashCode(), 2));
        if (random.nextInt(5) == 0) {
            byte[] kinds = new byte[count];
            for (int r = 0; r < count; r++) {
                kinds[r] = (byte) (random.nextInt(4) == 0 ? random.nextInt(1, 3) : 0);
            }
            segment.setRowKinds(ByteString.copyFrom(kinds));
        }
        return segment.build();
    }

    private int rowsInto(List<float[]> rows, int count, boolean planted) {
        for (int r = 0; r < count; r++) {
            float[] row = new float[PlanFixture.D_IN];
            double factor = random.nextInt(50) == 0 ? 30 : 1;
            double push = planted && random.nextInt(3) > 0 ? 3.4 : 0;
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (factor * random.nextGaussian() + push * direction[i]);
            }
            rows.add(row);
        }
        return count;
    }

    private Frame.Builder frame(long timestampMs, List<Segment> segments, List<float[]> rows) {
        float[] all = new float[rows.size() * PlanFixture.D_IN];
        for (int r = 0; r < rows.size(); r++) {
            System.arraycopy(rows.get(r), 0, all, r * PlanFixture.D_IN, PlanFixture.D_IN);
        }
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId(id)
                .setSourceEpoch(epoch)
                .setSourceSeq(seq)
                .setTimestampMs(timestampMs)
                .setModel("toy")
                .setRevision("r1")
                .setCaptureTool("traffic 1")
                .addTensors(tensor(PlanFixture.HOOK, Dtype.DTYPE_BF16, all))
                .addAllSegments(segments);
        if (settings.secondHook()) {
            for (int i = 0; i < all.length; i++) {
                all[i] = all[i] * 0.75f + 0.01f;
            }
            frame.addTensors(tensor(PlanFixture.SECOND_HOOK, Dtype.DTYPE_F32, all));
        }
        return frame;
    }

    static Tensor.Builder tensor(String hook, Dtype dtype, float[] values) {
        byte[] data = Numbers.encode(values, dtype);
        return Tensor.newBuilder()
                .setHook(hook)
                .setDtype(dtype)
                .addShape(values.length / PlanFixture.D_IN)
                .addShape(PlanFixture.D_IN)
                .setData(ByteString.copyFrom(data))
                .setCrc32C(Numbers.crc32c(data));
    }
}
