package io.seismo.app.doctor.capture;

import com.google.protobuf.ByteString;
import io.seismo.app.doctor.Finding;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.spec.Timing;
import io.seismo.weights.RecordedRows;
import io.seismo.weights.SafetensorsWriter;
import io.seismo.weights.TensorType;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A stream of one source on two partitions, sound until a test changes it, and what the checks say of it. */
final class Stream {

    static final String HOOK = "blocks.3.resid_post";
    static final String NEIGHBOUR = "blocks.4.resid_post";
    static final int D = 16;
    static final int CANARY_ROWS = 8;
    static final long NOW = 1_790_000_000_000L;

    /** A record, where it lies and when the broker had it. */
    record Sent(int partition, long stampMs, ActivationRecord record) {}

    final List<Sent> sent = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(7);
    private final long[] sequence = new long[2];
    private final long[] served = new long[2];
    private final RecordedRows recorded;

    Stream(Path dir) throws IOException {
        recorded = RecordedRows.read(new SafetensorsWriter()
                .metadata("model", "tiny")
                .metadata("revision", "r1")
                .add(HOOK, TensorType.BF16, gauss(1), CANARY_ROWS, D)
                .add(NEIGHBOUR, TensorType.BF16, gauss(2), CANARY_ROWS, D)
                .write(dir.resolve("greeting.safetensors"))
                .toString());
    }

    /** Twenty requests of six rows, heartbeats around them. */
    Stream requests() {
        beat(0);
        beat(1);
        for (int i = 0; i < 20; i++) {
            request("r" + i, i % 2, rows(6));
        }
        beat(0);
        beat(1);
        return this;
    }

    Stream request(String id, int partition, float[] rows) {
        return frame(partition, rows, segment(id, 0, rows.length / D));
    }

    Stream frame(int partition, float[] rows, Segment.Builder segment) {
        return frame(partition, tensor(TensorType.BF16, rows), segment);
    }

    Stream frame(int partition, Tensor.Builder tensor, Segment.Builder segment) {
        served[partition] += segment.getRows();
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("s/" + partition)
                .setSourceEpoch(1)
                .setSourceSeq(++sequence[partition])
                .setTimestampMs(NOW + 10 * sent.size())
                .setModel("tiny")
                .setRevision("r1")
                .addTensors(tensor)
                .addSegments(segment);
        sent.add(new Sent(
                partition,
                NOW + 10 * sent.size() + 30,
                ActivationRecord.newBuilder()
                        .setSchemaVersion(1)
                        .setFrame(frame)
                        .build()));
        return this;
    }

    Stream canary(float[] rows) {
        Segment.Builder segment = segment("canary", 0, CANARY_ROWS);
        segment.addAttributesBuilder().setKey(CanaryPlan.ATTRIBUTE).setValue("greeting");
        return frame(0, rows, segment);
    }

    Stream beat(int partition) {
        Heartbeat.Builder beat = Heartbeat.newBuilder()
                .setSourceId("s/" + partition)
                .setSourceEpoch(1)
                .setTimestampMs(NOW + 10 * sent.size())
                .setRowsServed(served[partition]);
        sent.add(new Sent(
                partition,
                NOW + 10 * sent.size() + 30,
                ActivationRecord.newBuilder()
                        .setSchemaVersion(1)
                        .setHeartbeat(beat)
                        .build()));
        return this;
    }

    /** The same stream with one record changed. */
    Stream change(int index, UnaryOperator<Sent> change) {
        sent.set(index, change.apply(sent.get(index)));
        return this;
    }

    /** Changes every frame. */
    Stream frames(UnaryOperator<Frame.Builder> change) {
        sent.replaceAll(one -> !one.record().hasFrame()
                ? one
                : new Sent(
                        one.partition(),
                        one.stampMs(),
                        one.record().toBuilder()
                                .setFrame(change.apply(one.record().getFrame().toBuilder()))
                                .build()));
        return this;
    }

    static Segment.Builder segment(String id, int start, int rows) {
        return Segment.newBuilder().setRequestId(id).setStartPosition(start).setRows(rows);
    }

    static Tensor.Builder tensor(TensorType bits, float[] rows) {
        byte[] data = SafetensorsWriter.bytes(bits, rows);
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Tensor.newBuilder()
                .setHook(HOOK)
                .setDtype(Dtype.DTYPE_BF16)
                .addShape(rows.length / D)
                .addShape(D)
                .setData(ByteString.copyFrom(data))
                .setCrc32C((int) crc.getValue());
    }

    /** Rows of a few positive directions each, as the identity SAE knows them. */
    float[] rows(int count) {
        float[] rows = new float[count * D];
        for (int row = 0; row < count; row++) {
            for (int k = 0; k < 4; k++) {
                rows[row * D + random.nextInt(D)] = 1.5f + (float) random.nextDouble(2);
            }
        }
        return rows;
    }

    float[] recorded(String hook) {
        return recorded.values(hook);
    }

    private static float[] gauss(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] rows = new float[CANARY_ROWS * D];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        return rows;
    }

    MonitorPlan plan(boolean skipFirst, boolean canaries) {
        return new MonitorPlan(
                1,
                "0".repeat(64),
                "test",
                "tiny",
                "r1",
                Timing.DEFAULT,
                new MonitorPlan.Shape(2, 1),
                new MonitorPlan.RequestLife(60_000, 600_000, 100),
                new MonitorPlan.BaselinePolicy(0, 0, 0),
                List.of(new TapPlan(
                        "mid",
                        HOOK,
                        D,
                        Dtype.DTYPE_BF16,
                        skipFirst,
                        true,
                        0,
                        List.of(new EncoderPlan("topics", "none/sae", false, D, List.of(3), 0)))),
                List.of(new MonitorPlan.Column("mid", "topics", 3)),
                List.of(),
                List.of(new DetectorPlan.CoverageFloor("blind", 1, 0.98, 0.1)),
                List.of(),
                canaries
                        ? List.of(new CanaryPlan(
                                "greeting", "g", 0.01, recorded.facts().digest()))
                        : List.of());
    }

    /** What is said under a question, of the stream as it is now. */
    Finding said(String question) {
        return said(question, plan(true, true), null);
    }

    Finding said(String question, MonitorPlan plan, @Nullable FitMeasure fit) {
        CaptureVisit visit = new CaptureVisit(plan, Map.of("greeting", recorded));
        sent.forEach(
                one -> visit.take(one.partition(), one.stampMs(), one.record().toByteArray()));
        return visit
                .findings(
                        sample -> fit == null || sample.rows().rows() == 0 ? null : fit.of("topics", sample.rows(), 4))
                .stream()
                .filter(finding -> finding.check().equals(question))
                .findFirst()
                .orElseThrow();
    }

    /** The records as a file of frames holds them. */
    byte[] file() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Sent one : sent) {
            try {
                one.record().writeDelimitedTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return out.toByteArray();
    }
}
