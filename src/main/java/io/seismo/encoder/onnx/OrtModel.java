package io.seismo.encoder.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.seismo.encoder.EncoderException;
import io.seismo.weights.onnx.OnnxModel;
import io.seismo.weights.probe.Probe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A user's model in a session of its own: one thread, external data from memory, one output.
 *
 * <p>What a row becomes must not depend on the rows beside it. A model may break that, so it is tried when it is opened:
 * rows in a batch, in the reverse order and one by one. If all bits agree it runs in batches; if they agree to 1 part in
 * 10,000, as when a kernel sums in another order for one row, it runs row by row; else it is refused.
 */
final class OrtModel implements AutoCloseable {

    private static final int MOST_ROWS = 512;
    private static final int TRIED = 13;
    private static final double TOLERANCE = 1e-4;

    private final String name;
    private final OnnxModel model;
    private final OrtEnvironment environment;
    private final OrtSession session;
    /** Kept: the session reads the memory of these tensors for as long as it lives. */
    private final Map<String, OnnxTensorLike> externals;

    private int rowsPerRun = MOST_ROWS;

    private OrtModel(
            Probe.Onnx probe, OrtEnvironment environment, OrtSession session, Map<String, OnnxTensorLike> externals) {
        this.name = probe.manifest().source();
        this.model = probe.model();
        this.environment = environment;
        this.session = session;
        this.externals = externals;
    }

    /** Makes a session and tries it. */
    static OrtModel open(OrtEnvironment environment, Probe.Onnx probe) {
        Map<String, OnnxTensorLike> externals = new LinkedHashMap<>();
        OrtModel opened;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setMemoryPatternOptimization(false);
            for (OnnxModel.External external : probe.model().externals()) {
                externals.put(external.name(), tensor(environment, external));
            }
            if (!externals.isEmpty()) {
                options.addExternalInitializers(externals);
            }
            byte[] bytes = probe.model().bytes().toByteArray();
            opened = new OrtModel(probe, environment, environment.createSession(bytes, options), externals);
        } catch (OrtException e) {
            externals.values().forEach(OnnxTensorLike::close);
            throw new EncoderException(
                    "ONNX Runtime refused " + probe.manifest().source() + ": " + e.getMessage(), e);
        }
        try {
            opened.tryRows();
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static OnnxTensor tensor(OrtEnvironment environment, OnnxModel.External external) throws OrtException {
        ByteBuffer memory = ByteBuffer.allocateDirect(Math.max(external.length(), 1))
                .order(ByteOrder.nativeOrder())
                .put(external.source().slice(external.offset(), external.length()))
                .flip();
        long[] shape = external.shape().stream().mapToLong(Long::longValue).toArray();
        OnnxJavaType type = switch (external.type()) {
            case 1 -> OnnxJavaType.FLOAT;
            case 6 -> OnnxJavaType.INT32;
            case 7 -> OnnxJavaType.INT64;
            case 9 -> OnnxJavaType.BOOL;
            case 10 -> OnnxJavaType.FLOAT16;
            case 11 -> OnnxJavaType.DOUBLE;
            default -> throw new EncoderException("external data of element type " + external.type());
        };
        return OnnxTensor.createTensor(environment, memory, shape, type);
    }

    /** The most that one run takes for rows and scores. */
    static long bytesOfARun(int inputs, int outputs) {
        return (long) Float.BYTES * MOST_ROWS * (inputs + outputs);
    }

    int inputs() {
        return model.inputs();
    }

    int outputs() {
        return model.outputs();
    }

    /** How it is run, for the fingerprint. */
    String manner() {
        return rowsPerRun == 1 ? "row by row" : "in batches";
    }

    /**
     * Scores of all rows.
     *
     * @param x [rows, inputs]
     * @param y receives [rows, outputs]
     */
    void run(float[] x, int rows, float[] y) {
        for (int from = 0; from < rows; from += rowsPerRun) {
            run(x, from, Math.min(rowsPerRun, rows - from), y);
        }
    }

    private void run(float[] x, int from, int rows, float[] y) {
        FloatBuffer in = ByteBuffer.allocateDirect(rows * model.inputs() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(x, from * model.inputs(), rows * model.inputs())
                .flip();
        try (OnnxTensor input = OnnxTensor.createTensor(environment, in, new long[] {rows, model.inputs()});
                OrtSession.Result result = session.run(Map.of(model.input(), input), Set.of(model.output()))) {
            OnnxValue value = result.get(0);
            FloatBuffer scores = value instanceof OnnxTensor tensor ? tensor.getFloatBuffer() : null;
            if (scores == null || scores.remaining() != rows * model.outputs()) {
                throw new EncoderException(name + " gave " + (scores == null ? "no" : scores.remaining())
                        + " fp32 scores for " + rows + " rows of " + model.outputs());
            }
            scores.get(y, from * model.outputs(), rows * model.outputs());
        } catch (OrtException e) {
            throw new EncoderException("ONNX Runtime failed in " + name + ": " + e.getMessage(), e);
        }
    }

    private void tryRows() {
        int width = model.inputs();
        float[] x = new float[TRIED * width];
        float[] reversed = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            // Weyl's sequence: spread evenly over (−4, 4), the same on every machine.
            double turn = (i + 1) * 0.6180339887498949;
            x[i] = (float) (8 * (turn - Math.floor(turn)) - 4);
        }
        for (int r = 0; r < TRIED; r++) {
            System.arraycopy(x, r * width, reversed, (TRIED - 1 - r) * width, width);
        }
        int columns = model.outputs();
        float[] batch = new float[TRIED * columns];
        float[] backwards = new float[batch.length];
        float[] single = new float[batch.length];
        run(x, 0, TRIED, batch);
        run(reversed, 0, TRIED, backwards);
        for (int r = 0; r < TRIED; r++) {
            run(x, r, 1, single);
        }
        boolean same = true;
        for (int r = 0; r < TRIED; r++) {
            for (int c = 0; c < columns; c++) {
                float alone = single[r * columns + c];
                float there = backwards[(TRIED - 1 - r) * columns + c];
                same &= agree(alone, batch[r * columns + c]) & agree(alone, there);
            }
        }
        rowsPerRun = same ? MOST_ROWS : 1;
    }

    private boolean agree(float alone, float batched) {
        double bound = TOLERANCE * (1 + Math.abs(alone));
        if (Float.compare(alone, batched) != 0 && !(Math.abs(alone - batched) <= bound)) {
            throw new EncoderException(name + " is refused: what it gives for a row depends on the rows beside it ("
                    + alone + " alone, " + batched + " in a batch); a probe scores each row for itself");
        }
        return Float.compare(alone, batched) == 0;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EncoderException("ONNX Runtime could not close " + name + ": " + e.getMessage(), e);
        } finally {
            externals.values().forEach(OnnxTensorLike::close);
        }
    }
}
