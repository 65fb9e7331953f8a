package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;
import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A session with the workspaces of the threads that use it.
 *
 * <p>There are never more workspaces than there were calls at the same time; each holds at most {@link #rowsPerRun()}
 * rows.
 */
final class LoadedGraph implements AutoCloseable {

    private static final int MOST_ROWS = 512;
    private static final int MOST_BYTES = 32 << 20;

    private final GraphSession session;
    private final OnnxGraph graph;
    private final InputNorm norm;
    private final Activation activation;
    private final float[] limits;
    private final RunSizes sizes;
    private final int rowsPerRun;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

    /** What is done around the graph: {@code norm} before it, {@code activation} by {@code limits} after it. */
    record Around(InputNorm norm, Activation activation, float[] limits) {}

    /** @param sizes rows that the session may be given */
    LoadedGraph(GraphSession session, OnnxGraph graph, Around around, RunSizes sizes) {
        this.session = session;
        this.graph = graph;
        this.norm = around.norm;
        this.activation = around.activation;
        this.limits = around.limits;
        this.sizes = sizes;
        this.rowsPerRun = rowsPerRun(graph);
    }

    /** The largest power of two whose input and output each stay within the bound, at least 1. */
    static int rowsPerRun(OnnxGraph graph) {
        long widest = Math.max(
                (long) graph.columns() * Float.BYTES, (long) graph.dIn() * RowBlock.bytesPerElement(graph.input()));
        return Integer.highestOneBit((int) Math.max(1, Math.min(MOST_ROWS, MOST_BYTES / widest)));
    }

    int rowsPerRun() {
        return rowsPerRun;
    }

    OnnxGraph graph() {
        return graph;
    }

    /** Lends a workspace with room for that many rows, or for a whole run if they are more. */
    Workspace borrow(int rows) {
        Workspace space = idle.poll();
        if (space == null) {
            space = new Workspace(
                    session, graph, norm, new SparseScan(activation, limits), wanted -> sizes.of(wanted, rowsPerRun));
        }
        space.reserve(Math.min(rows, rowsPerRun));
        return space;
    }

    /** Looks at the result of one row. */
    @FunctionalInterface
    interface RowReader {

        /**
         * @param space holds the result
         * @param slot where
         * @param row which row it is of
         */
        void read(Workspace space, int slot, int row);
    }

    /** Runs the graph over all rows, as many at a time as a run takes, and shows the results in order. */
    void each(RowBlock rows, RowReader reader) {
        Workspace space = borrow(rows.rows());
        try {
            ByteBuffer data = rows.data();
            for (int from = 0; from < rows.rows(); from += rowsPerRun) {
                int count = Math.min(rowsPerRun, rows.rows() - from);
                space.load(rows, data, from, count, 0);
                space.run(count);
                for (int slot = 0; slot < count; slot++) {
                    reader.read(space, slot, from + slot);
                }
            }
        } finally {
            giveBack(space);
        }
    }

    void giveBack(Workspace space) {
        idle.offer(space);
    }

    /** Call only when no workspace is lent. */
    @Override
    public void close() {
        for (Workspace space = idle.poll(); space != null; space = idle.poll()) {
            space.close();
        }
        session.close();
    }
}
