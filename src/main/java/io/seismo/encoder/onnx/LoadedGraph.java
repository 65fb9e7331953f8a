package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;
import io.seismo.weights.Activation;
import io.seismo.weights.InputNorm;
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

    /** A GPU picks its kernels by shape; few shapes mean few kernels, and the same row the same bits. */
    private static final int[] BUCKETS = {32, 128, 512};

    private final GraphSession session;
    private final OnnxGraph graph;
    private final InputNorm norm;
    private final Activation activation;
    private final float[] limits;
    private final int rowsPerRun;
    private final boolean bucketed;
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

    LoadedGraph(GraphSession session, OnnxGraph graph, InputNorm norm, Activation activation, float[] limits) {
        this(session, graph, norm, activation, limits, !session.place().equals("cpu"));
    }

    /** @param bucketed whether runs have a few fixed sizes only */
    LoadedGraph(
            GraphSession session,
            OnnxGraph graph,
            InputNorm norm,
            Activation activation,
            float[] limits,
            boolean bucketed) {
        this.session = session;
        this.graph = graph;
        this.norm = norm;
        this.activation = activation;
        this.limits = limits;
        this.rowsPerRun = rowsPerRun(graph);
        this.bucketed = bucketed;
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

    /** Row counts that a device other than the processor is given: the least of these that has room. */
    static int bucket(int rows, int rowsPerRun) {
        for (int size : BUCKETS) {
            if (rows <= size) {
                return Math.min(size, rowsPerRun);
            }
        }
        return rowsPerRun;
    }

    /** Lends a workspace with room for that many rows, or for a whole run if they are more. */
    Workspace borrow(int rows) {
        Workspace space = idle.poll();
        if (space == null) {
            space = new Workspace(session, graph, norm, new SparseScan(activation, limits), bucketed ? rowsPerRun : 0);
        }
        space.reserve(Math.min(rows, rowsPerRun));
        return space;
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
