package io.seismo.app.sae;

import io.seismo.weights.file.NpzWriter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * numpy's zip of arrays. Sparse: {@code format, shape, indptr, indices, data}, a CSR matrix as scipy.sparse stores it.
 * Dense: {@code values} [rows, columns] and {@code features} [columns].
 *
 * <p>The sizes are known only at the end, so values are spilled to files beside the result; memory stays small.
 */
final class FiredNpz implements FiredOutput {

    private final Shape shape;
    private final Draft draft;
    private final Spill ends;
    private final Spill indices;
    private final Spill values;
    private final float[] row;
    private final int[] features;
    private long written;

    FiredNpz(Path file, Shape shape) throws IOException {
        this.shape = shape;
        this.draft = new Draft(file, ".npz");
        this.ends = new Spill(file, Long.BYTES);
        this.indices = new Spill(file, Integer.BYTES);
        this.values = new Spill(file, Float.BYTES);
        this.features = shape.chosen().stream().mapToInt(Integer::intValue).toArray();
        this.row = new float[shape.dense() ? features.length : 0];
        ends.put(0);
    }

    @Override
    public void add(long at, int feature, float value) throws IOException {
        if (shape.dense()) {
            row[Arrays.binarySearch(features, feature)] = value;
            return;
        }
        indices.put(feature);
        values.put(Float.floatToRawIntBits(value));
        written++;
    }

    @Override
    public void endRow() throws IOException {
        ends.put(written);
        for (float value : row) {
            values.put(Float.floatToRawIntBits(value));
        }
        Arrays.fill(row, 0);
    }

    @Override
    public void finish() throws IOException {
        try (NpzWriter npz = new NpzWriter(draft.path())) {
            if (shape.dense()) {
                npz.longs("features", Arrays.stream(features).asLongStream().toArray());
                values.into(npz, "values", "<f4", shape.rows(), features.length);
            } else {
                npz.text("format", "csr");
                npz.longs("shape", shape.rows(), shape.width());
                ends.into(npz, "indptr", "<i8", shape.rows() + 1);
                indices.into(npz, "indices", "<i4", written);
                values.into(npz, "data", "<f4", written);
            }
        }
        draft.finish();
    }

    @Override
    public void close() throws IOException {
        try (draft;
                ends;
                indices;
                values) {}
    }

    /** Numbers on their way, little-endian. */
    private static final class Spill implements AutoCloseable {

        private final Draft draft;
        private final OutputStream out;
        private final int bytes;
        private final ByteBuffer one = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

        Spill(Path file, int bytes) throws IOException {
            this.draft = new Draft(file, ".part");
            this.out = new BufferedOutputStream(Files.newOutputStream(draft.path()), 1 << 16);
            this.bytes = bytes;
        }

        void put(long bits) throws IOException {
            out.write(one.putLong(0, bits).array(), 0, bytes);
        }

        void into(NpzWriter npz, String name, String descr, long... size) throws IOException {
            out.close();
            try (InputStream in = new BufferedInputStream(Files.newInputStream(draft.path()), 1 << 16)) {
                npz.stream(name, descr, in, size);
            }
        }

        @Override
        public void close() throws IOException {
            try (draft) {
                out.close();
            }
        }
    }
}
