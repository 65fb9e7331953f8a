package io.seismo.weights;

import io.seismo.spec.CanaryFacts;
import io.seismo.wire.Dtype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Recorded rows of one prompt: a safetensors file with a tensor [rows, width] a hook point, named by hook.
 *
 * <p>Neighbouring hook points, and {@code hook@revision} for rows of another revision, may lie beside those of the spec, so
 * that what is mistaken can be named. {@code model} and {@code revision} stand in the file's metadata. At most 16 MiB, 64
 * tensors of 4,096 rows; all have as many rows, in f32, f16 or bf16, finite. Immutable, once read.
 */
public final class RecordedRows {

    /** Rows of a recording at most. */
    public static final int MAX_ROWS = 4_096;

    /** Between the hook name and the revision of rows of another revision. */
    public static final char REVISION = '@';

    private static final long MAX_BYTES = 16 << 20;
    private static final int MAX_TENSORS = 64;
    private static final int MAX_NAME = 128;

    private final CanaryFacts facts;
    private final SortedMap<String, float[]> values;

    private RecordedRows(CanaryFacts facts, SortedMap<String, float[]> values) {
        this.facts = facts;
        this.values = Collections.unmodifiableSortedMap(values);
    }

    /**
     * Reads a recording.
     *
     * @param location of the file, as seen from the working directory
     * @throws WeightsException when there is none, or it is not sound
     */
    public static RecordedRows read(String location) {
        Path path = Path.of(location);
        if (!Files.isRegularFile(path)) {
            throw new WeightsException(
                    "no file " + location, "record it, or give the path as seen from the working directory");
        }
        ByteSource source = ByteSource.file(path);
        if (source.size() > MAX_BYTES) {
            throw new WeightsException(
                    location + " is above 16 MiB",
                    "record a prompt of some dozens of tokens and the hook points beside");
        }
        if (!location.endsWith(Safetensors.EXTENSION)) {
            throw new WeightsException(
                    location + " is no " + Safetensors.EXTENSION + " file", "record it with seismo_capture");
        }
        return of(Safetensors.read(source));
    }

    private static RecordedRows of(Safetensors file) {
        String name = file.source().name();
        String model = metadata(file, "model");
        String revision = metadata(file, "revision");
        if (file.tensors().isEmpty() || file.tensors().size() > MAX_TENSORS) {
            throw new WeightsException(
                    name + " holds " + file.tensors().size() + " tensors",
                    "1 to " + MAX_TENSORS + ", one a hook point");
        }
        SortedMap<String, CanaryFacts.Hook> hooks = new TreeMap<>();
        SortedMap<String, float[]> values = new TreeMap<>();
        int rows = -1;
        for (Map.Entry<String, Tensor> entry : file.tensors().entrySet()) {
            Tensor tensor = checked(entry.getValue());
            int own = Math.toIntExact(tensor.shape().get(0));
            if (rows >= 0 && own != rows) {
                throw new WeightsException(
                        name + " holds hook points of " + rows + " and of " + own + " rows",
                        "record one prompt in one go");
            }
            rows = own;
            int width = Math.toIntExact(tensor.shape().get(1));
            hooks.put(entry.getKey(), new CanaryFacts.Hook(dtype(tensor), width));
            values.put(entry.getKey(), values(tensor, rows, width));
        }
        double nearest = nearest(rows, hooks, values);
        return new RecordedRows(
                new CanaryFacts(
                        model, revision, rows, hooks, nearest, file.source().sha256()),
                values);
    }

    private static String metadata(Safetensors file, String key) {
        String value = file.metadata(key);
        if (value.isEmpty() || value.length() > MAX_NAME) {
            throw new WeightsException(
                    file.source().name() + " says no " + key + " of 1 to " + MAX_NAME + " characters in its metadata",
                    "record it with seismo_capture");
        }
        return value;
    }

    private static Tensor checked(Tensor tensor) {
        boolean shaped = tensor.shape().size() == 2
                && tensor.shape().get(0) >= 1
                && tensor.shape().get(0) <= MAX_ROWS
                && tensor.shape().get(1) >= 1;
        if (!shaped || tensor.name().length() > MAX_NAME) {
            throw new WeightsException(
                    tensor.source().name() + " holds a tensor of shape " + tensor.shape(),
                    "[rows, width] with 1 to " + MAX_ROWS + " rows, named after its hook point");
        }
        return tensor;
    }

    private static Dtype dtype(Tensor tensor) {
        return switch (tensor.type()) {
            case F32 -> Dtype.DTYPE_F32;
            case F16 -> Dtype.DTYPE_F16;
            case BF16 -> Dtype.DTYPE_BF16;
            case F64, I64, I32 ->
                throw new WeightsException(
                        tensor.source().name() + " holds " + tensor.type(),
                        "rows as they are captured: f32, f16 or bf16");
        };
    }

    private static float[] values(Tensor tensor, int rows, int width) {
        RowReader reader = tensor.rows(width);
        float[] values = new float[rows * width];
        double[] row = new double[width];
        for (int i = 0; i < rows; i++) {
            reader.read(i, row);
            for (int j = 0; j < width; j++) {
                if (!Double.isFinite(row[j])) {
                    throw new WeightsException(
                            tensor.source().name() + " holds a value that is not finite", "record it again");
                }
                values[i * width + j] = (float) row[j];
            }
        }
        return values;
    }

    /** The most alike thing this could be mistaken for: see {@link CanaryFacts}. */
    private static double nearest(
            int rows, SortedMap<String, CanaryFacts.Hook> hooks, SortedMap<String, float[]> values) {
        double nearest = Double.POSITIVE_INFINITY;
        for (Map.Entry<String, float[]> one : values.entrySet()) {
            CanaryFacts.Hook form = hooks.get(one.getKey());
            for (Map.Entry<String, float[]> other : values.entrySet()) {
                CanaryFacts.Hook another = hooks.get(other.getKey());
                if (form == null || another == null || form.width() != another.width()) {
                    continue;
                }
                boolean same = one.getKey().equals(other.getKey());
                if (!same || rows > 1) {
                    double distance = farthest(other.getValue(), same ? 1 : 0, one.getValue(), rows, form.width());
                    nearest = Math.min(nearest, distance);
                }
            }
        }
        return nearest;
    }

    private static double farthest(float[] x, int later, float[] r, int rows, int width) {
        double farthest = 0;
        for (int i = 0; i + later < rows; i++) {
            farthest = Math.max(farthest, RowDistance.relative(x, (i + later) * width, r, i * width, width));
        }
        return farthest;
    }

    /** What a plan needs to know. */
    public CanaryFacts facts() {
        return facts;
    }

    /** Rows of a hook point, one after the other; not to be written to. */
    public float[] values(String hook) {
        float[] rows = values.get(hook);
        if (rows == null) {
            throw new IllegalArgumentException("no rows of " + hook + " were recorded");
        }
        return rows;
    }

    /** Number of rows. */
    public int rows() {
        return facts.rows();
    }
}
