package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.PlanCopy;
import io.seismo.weights.TensorType;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.weights.recorded.RecordedRows;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A canary of twelve rows at {@link TestPlans#HOOK}, with its neighbours, and frames that carry its rows. */
public final class CanaryFixture {

    public static final int ROWS = 12;
    public static final int D = TestPlans.D_IN;
    public static final String NAME = "greeting";
    public static final String BEFORE = "blocks.2.resid_post";
    public static final String AFTER = "blocks.4.resid_post";
    public static final String MLP = "blocks.3.mlp_out";

    final TensorType type;
    final Dtype dtype;
    final float[] before = draw(1, 1);
    final float[] mid = plus(before, draw(2, 0.5f));
    final float[] after = plus(mid, draw(3, 0.5f));
    final float[] mlp = draw(4, 0.3f);
    final float[] older = plus(mid, draw(5, 0.2f));
    final RecordedRows recorded;

    public CanaryFixture(Path dir, TensorType type) throws IOException {
        this.type = type;
        this.dtype = Dtype.valueOf("DTYPE_" + type);
        for (float[] rows : List.of(before, mid, after, mlp, older)) {
            round(rows);
        }
        Path file = new SafetensorsWriter()
                .metadata("model", TestPlans.MODEL)
                .metadata("revision", TestPlans.REVISION)
                .add(BEFORE, type, before, ROWS, D)
                .add(TestPlans.HOOK, type, mid, ROWS, D)
                .add(AFTER, type, after, ROWS, D)
                .add(MLP, type, mlp, ROWS, D)
                .add(TestPlans.HOOK + "@r0", type, older, ROWS, D)
                .write(dir.resolve("greeting-" + type + ".safetensors"));
        recorded = RecordedRows.read(file.toString());
    }

    /** The small plan with the canary. */
    MonitorPlan plan(double tolerance) {
        return PlanCopy.withCanaries(
                TestPlans.plan(1, dtype, 100),
                List.of(new CanaryPlan(
                        NAME, "greeting", tolerance, recorded.facts().digest())));
    }

    Loaded loaded() {
        return Loaded.of(CanaryFixture::encoders, plan -> Map.of(NAME, recorded));
    }

    private static Map<String, Encoder> encoders(MonitorPlan plan) {
        return Map.of("probe", new QuietEncoder(1, 1), "topics", new QuietEncoder(TestPlans.WIDTH, 2));
    }

    static Segment.Builder segment(int start, int rows) {
        Segment.Builder segment = TestFrames.segment("canary-1", start, rows).toBuilder();
        segment.addAttributesBuilder().setKey(CanaryPlan.ATTRIBUTE).setValue(NAME);
        return segment;
    }

    /** A frame of these rows in the fixture's type. */
    Frame.Builder frame(long seq, long timestampMs, float[] rows, Segment.Builder... segments) {
        return frame(seq, timestampMs, tensor(type, rows), segments);
    }

    static Frame.Builder frame(long seq, long timestampMs, Tensor tensor, Segment.Builder... segments) {
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("a")
                .setSourceEpoch(1)
                .setSourceSeq(seq)
                .setTimestampMs(timestampMs)
                .setModel(TestPlans.MODEL)
                .setRevision(TestPlans.REVISION)
                .addTensors(tensor);
        for (Segment.Builder segment : segments) {
            frame.addSegments(segment);
        }
        return frame;
    }

    /** A tensor that says it is of the fixture's dtype, with bits of any type. */
    Tensor tensor(TensorType bits, float[] rows) {
        return TestFrames.tensor(dtype, SafetensorsWriter.bytes(bits, rows), rows.length / D, D);
    }

    static float[] part(float[] rows, int from, int to) {
        return Arrays.copyOfRange(rows, from * D, to * D);
    }

    static float[] plus(float[] a, float[] b) {
        return combined(a, b, 1);
    }

    static float[] minus(float[] a, float[] b) {
        return combined(a, b, -1);
    }

    static float[] times(float[] rows, double factor) {
        float[] out = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            out[i] = (float) (rows[i] * factor);
        }
        return out;
    }

    private static float[] combined(float[] a, float[] b, int sign) {
        float[] out = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            out[i] = a[i] + sign * b[i];
        }
        return out;
    }

    private static float[] draw(int seed, float size) {
        Random random = new Random(seed);
        float[] rows = new float[ROWS * D];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) (random.nextGaussian() * size);
        }
        return rows;
    }

    private void round(float[] rows) {
        ByteBuffer bits = ByteBuffer.wrap(SafetensorsWriter.bytes(type, rows)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Dtypes.element(bits, i * type.bytes(), dtype);
        }
    }
}
