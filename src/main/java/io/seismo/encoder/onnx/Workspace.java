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
    private final Largest largest;
    private final Found found = new Found();
    private final IntUnaryOperator sizes;
    private ByteBuffer input = ByteBuffer.allocate(0);
    private ByteBuffer output = ByteBuffer.allocate(0);
    private ByteBuffer beside = ByteBuffer.allocate(0);
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
        this.largest = new Largest(graph.ending().k());
        this.sizes = sizes;
        this.rowBytes = graph.dIn() * RowBlock.bytesPerElement(graph.input());
        this.normalised = new float[norm == InputNorm.NONE ? 0 : graph.dIn()];
        this.result = new float[graph.ending().floats(graph.columns())];
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
        output = ByteBuffer.allocateDirect(capacity * result.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        results = output.asFloatBuffer();
        beside = ByteBuffer.allocateDirect(capacity * graph.ending().bytes(graph.columns()))
                .order(ByteOrder.LITTLE_ENDIAN);
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
            bound = session.bind(new GraphSession.Buffers(input, output, beside, found), rows);
            binding = bound;
            boundRows = rows;
        }
        bound.run();
    }

    /** Adds what fired in one slot, and ends the row. */
    void sparse(int slot, SparseRows out) {
        switch (graph.ending().kind()) {
            case PLAIN -> scan.sparse(result(slot), out);
            case MARKED -> scan.marked(beside, results, slot, out);
            case FIRED -> found.row(slot, out);
            case LARGEST -> largest.sparse(beside, results, slot, out);
        }
    }

    /**
     * Values of a few features of one slot, where the graph gives all or the largest.
     *
     * @param watched which ones, ascending
     * @param out receives them from {@code at} on
     */
    void pick(int slot, int[] watched, float[] out, int at) {
        if (graph.ending().kind() == Ending.Kind.LARGEST) {
            largest.pick(beside, results, slot, watched, out, at);
        } else {
            scan.pick(result(slot), watched, out, at);
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
