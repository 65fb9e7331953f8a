package io.seismo.contrast;

import com.google.protobuf.ByteString;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Writes files of frames. */
public final class Captures {

    public static final String HOOK = "blocks.0.resid_post";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final String hook;
    private final String model;
    private long sequence;

    public Captures() {
        this(HOOK);
    }

    public Captures(String hook) {
        this(hook, "m");
    }

    public Captures(String hook, String model) {
        this.hook = hook;
        this.model = model;
    }

    /** A whole request in a frame of its own, with a token text a row. */
    public Captures request(String id, List<String> tokens, float[]... rows) {
        return frame(
                List.of(segment(id, 0, rows.length)
                        .addAllTokenText(tokens)
                        .setEnd(End.newBuilder().setRowsExpected(rows.length))
                        .build()),
                rows);
    }

    /** A whole request in a frame of its own. */
    public Captures request(String id, float[]... rows) {
        return request(id, List.of(), rows);
    }

    public static Segment.Builder segment(String id, int start, int rows) {
        return Segment.newBuilder().setRequestId(id).setStartPosition(start).setRows(rows);
    }

    /** A frame of f32 rows. */
    public Captures frame(List<Segment> segments, float[]... rows) {
        return record(Frame.newBuilder(), segments, rows);
    }

    /** A frame that begins as given. */
    public Captures record(Frame.Builder begun, List<Segment> segments, float[]... rows) {
        Frame.Builder frame = begun.setSourceId("s")
                .setSourceEpoch(1)
                .setSourceSeq(++sequence)
                .setTimestampMs(1_000)
                .addAllSegments(segments);
        if (frame.getModel().isEmpty()) {
            frame.setModel(model).setRevision("r");
        }
        if (rows.length > 0) {
            frame.addTensors(tensor(rows));
        }
        try {
            ActivationRecord.newBuilder()
                    .setSchemaVersion(1)
                    .setFrame(frame)
                    .build()
                    .writeDelimitedTo(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    private Tensor tensor(float[][] rows) {
        ByteBuffer data =
                ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                data.putFloat(value);
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(data.array());
        return Tensor.newBuilder()
                .setHook(hook)
                .setDtype(Dtype.DTYPE_F32)
                .addAllShape(List.of(rows.length, rows[0].length))
                .setData(ByteString.copyFrom(data.array()))
                .setCrc32C((int) crc.getValue())
                .build();
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    /** A row of one value. */
    public static float[] row(float... values) {
        return Arrays.copyOf(values, values.length);
    }
}
