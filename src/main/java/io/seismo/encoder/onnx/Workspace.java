package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.weights.InputNorm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one call needs: direct buffers for the rows and the result, and the binding of both to the graph.
 *
 * <p>Grows by powers of two up to the rows of one run. Lent to one thread at a time.
 */
final class Workspace implements AutoCloseable {

    private final GraphSession session;
    private final OnnxGraph graph;
    private final InputNorm norm;
    private final int rowBytes;
    private final float[] normalised;
    private final float[] result;
    private final SparseScan scan;
    private final IntUnaryOperator sizes;
    private ByteBuffer input = ByteBuffer.allocate(0);
    private ByteBuffer output = ByteBuffer.allocate(0);
    private ByteBuffer fired = ByteBuffer.allocate(0);
    private FloatBuffer results = FloatBuffer.allocate(0);
    private int capacity;
    private GraphSession.@Nullable Binding binding;
    private int boundRows;

    /** @param sizes rows of the run that is made of so many */
    Workspace(GraphSession session, OnnxGraph graph, InputNorm norm, SparseScan scan, IntUnaryOperator sizes) {
        this.session = session;
        this.graph = graph;
        this.norm = norm;
        this.scan = scan;
        this.sizes = sizes;
        this.rowBytes = graph.dIn() * RowBlock.bytesPerElement(graph.input());
        this.normalised = new float[norm == InputNorm.NONE ? 0 : graph.dIn()];
        this.result = new float[graph.columns()];
    }

    /** Makes room for that many rows. */
    void reserve(int wanted) {
        int rows = sizes.applyAsInt(wanted);
        if (rows <= capacity) {
            return;
        }
        unbind();
        capacity = Integer.highestOneBit(Math.max(rows, 2) - 1) << 1;
        input = ByteBuffer.allocateDirect(capacity * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
        output = ByteBuffer.allocateDirect(capacity * graph.columns() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        results = output.asFloatBuffer();
        if (graph.marked()) {
            fired = ByteBuffer.allocateDirect(capacity * graph.columns()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Copies rows {@code from} to {@code from + count} to slots {@code slot} and following. */
    void load(RowBlock rows, ByteBuffer data, int from, int count, int slot) {
        int elementBytes = RowBlock.bytesPerElement(rows.dtype());
        int sourceRow = rows.dIn() * elementBytes;
        int start = data.position() + from * sourceRow;
        if (norm == InputNorm.NONE) {
            input.put(slot * rowBytes, data, start, count * rowBytes);
            return;
        }
        for (int r = 0; r < count; r++) {
            RowNorm.apply(norm, data, start + r * sourceRow, rows.dtype(), normalised);
            for (int i = 0; i < normalised.length; i++) {
                input.putFloat((slot + r) * rowBytes + i * Float.BYTES, normalised[i]);
            }
        }
    }

    /** Runs the graph over the first {@code wanted} slots, and over as many behind them as a run must have. */
    void run(int wanted) {
        int rows = sizes.applyAsInt(wanted);
        GraphSession.Binding bound = binding;
        if (bound == null || boundRows != rows) {
            unbind();
            bound = session.bind(new GraphSession.Buffers(input, output, fired), rows);
            binding = bound;
            boundRows = rows;
        }
        bound.run();
    }

    /** Adds what fired in one slot, and ends the row. */
    void sparse(int slot, SparseRows out) {
        if (graph.marked()) {
            scan.marked(fired, results, slot, out);
        } else {
            scan.sparse(result(slot), out);
        }
    }

    /** The pre-activations of one slot, in an array that the next call overwrites. */
    float[] result(int slot) {
        results.get(slot * result.length, result);
        return result;
    }

    /** Copies the pre-activations of one slot. */
    void result(int slot, float[] out, int at) {
        results.get(slot * result.length, out, at, result.length);
    }

    SparseScan scan() {
        return scan;
    }

    private void unbind() {
        if (binding != null) {
            binding.close();
            binding = null;
        }
    }

    @Override
    public void close() {
        unbind();
    }
}
