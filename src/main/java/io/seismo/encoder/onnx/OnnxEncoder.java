package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * An SAE or probe on ONNX Runtime: two graphs, and the activation function in Java.
 *
 * <p>Watched values are feature activations: 0 where a feature does not fire; of a probe the plain score, which may be
 * negative. The full result holds what is above 0.
 */
final class OnnxEncoder extends DescribedEncoder {

    private final Dtype dtype;
    private final int[] watched;
    private final @Nullable LoadedGraph watch;
    private final @Nullable LoadedGraph full;
    /** Readers encode, the writer closes: a session must not go while native code is in it. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    /**
     * Graphs, and what they are for.
     *
     * @param dtype of the rows, the only one accepted
     * @param watched features of the watch columns, ascending
     * @param watch graph of the watched columns; absent when nothing is watched or the whole row must be known
     * @param full graph of all columns; absent when it was not asked for
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Graphs(
            Dtype dtype,
            int[] watched,
            @Nullable LoadedGraph watch,
            @Nullable LoadedGraph full) {}

    OnnxEncoder(Facts facts, Graphs graphs) {
        super(facts);
        this.dtype = graphs.dtype;
        this.watched = graphs.watched;
        this.watch = graphs.watch;
        this.full = graphs.full;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        check(rows);
        int columns = watched.length;
        long end = offset + (rows.rows() - 1L) * stride + columns;
        if (rows.rows() > 0 && (offset < 0 || stride < columns || end > out.length)) {
            throw new EncoderException("no room for " + rows.rows() + " rows of " + columns + " watched values at "
                    + offset + " by " + stride + " in " + out.length);
        }
        LoadedGraph graph = watch != null ? watch : full;
        if (columns == 0 || rows.rows() == 0 || graph == null) {
            return;
        }
        life.readLock().lock();
        try {
            refuseIfClosed();
            graph.each(rows, (space, slot, row) -> watchRow(space, slot, out, offset + row * stride));
        } finally {
            life.readLock().unlock();
        }
    }

    private void watchRow(Workspace space, int slot, float[] out, int at) {
        if (watch == null) {
            space.pick(slot, watched, out, at);
            return;
        }
        space.result(slot, out, at);
        for (int c = 0; c < watched.length; c++) {
            out[at + c] = space.scan().single(watched[c], out[at + c]);
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        check(rows);
        LoadedGraph graph = full;
        if (graph == null) {
            throw new EncoderException(name() + " was opened without its full graph; ask for it when opening");
        }
        out.clear();
        life.readLock().lock();
        try {
            refuseIfClosed();
            Workspace space = graph.borrow(Math.min(chosen.cardinality(), rows.rows()));
            try {
                full(rows, chosen, out, space, graph.rowsPerRun());
            } finally {
                graph.giveBack(space);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    private static void full(RowBlock rows, BitSet chosen, SparseRows out, Workspace space, int rowsPerRun) {
        ByteBuffer data = rows.data();
        int row = 0;
        while (row < rows.rows()) {
            int first = row;
            int count = 0;
            while (row < rows.rows() && count < rowsPerRun) {
                int from = chosen.nextSetBit(row);
                if (from < 0 || from >= rows.rows()) {
                    row = rows.rows();
                } else {
                    int end = Math.min(chosen.nextClearBit(from), rows.rows());
                    row = Math.min(end, from + rowsPerRun - count);
                    space.load(rows, data, from, row - from, count);
                    count += row - from;
                }
            }
            if (count > 0) {
                space.run(count);
            }
            int slot = 0;
            for (int r = first; r < row; r++) {
                if (chosen.get(r)) {
                    space.sparse(slot++, out);
                } else {
                    out.endRow();
                }
            }
        }
    }

    private void check(RowBlock rows) {
        if (rows.dIn() != dIn() || rows.dtype() != dtype) {
            throw new EncoderException(name() + " takes rows of " + dIn() + " in " + dtype + ", not " + rows.dIn()
                    + " in " + rows.dtype() + "; compare the tap with the encoder");
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new EncoderException(name() + " is closed");
        }
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (watch != null) {
                watch.close();
            }
            if (full != null) {
                full.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
