package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
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
final class OnnxEncoder implements Encoder {

    private final Facts facts;
    private final @Nullable LoadedGraph watch;
    private final @Nullable LoadedGraph full;
    /** Readers encode, the writer closes: a session must not go while native code is in it. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    /**
     * What does not change.
     *
     * @param name location, for messages
     * @param dtype the only one accepted
     * @param dIn width of a row
     * @param width number of features
     * @param watched features of the watch columns, ascending
     * @param fingerprint of everything that makes the numbers
     * @param weights digest of weights and configuration
     */
    record Facts(String name, Dtype dtype, int dIn, int width, int[] watched, String fingerprint, String weights) {}

    /**
     * @param watch graph of the watched columns; absent when nothing is watched or the activation is top-k
     * @param full graph of all columns; absent when it was not asked for
     */
    OnnxEncoder(Facts facts, @Nullable LoadedGraph watch, @Nullable LoadedGraph full) {
        this.facts = facts;
        this.watch = watch;
        this.full = full;
    }

    @Override
    public int dIn() {
        return facts.dIn;
    }

    @Override
    public int width() {
        return facts.width;
    }

    @Override
    public int watchColumns() {
        return facts.watched.length;
    }

    @Override
    public String fingerprint() {
        return facts.fingerprint;
    }

    @Override
    public String weights() {
        return facts.weights;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        check(rows);
        int columns = facts.watched.length;
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
            Workspace space = graph.borrow(rows.rows());
            try {
                watch(rows, space, graph.rowsPerRun(), new Target(out, offset, stride));
            } finally {
                graph.giveBack(space);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    private void watch(RowBlock rows, Workspace space, int rowsPerRun, Target target) {
        ByteBuffer data = rows.data();
        for (int from = 0; from < rows.rows(); from += rowsPerRun) {
            int count = Math.min(rowsPerRun, rows.rows() - from);
            space.load(rows, data, from, count, 0);
            space.run(count);
            for (int r = 0; r < count; r++) {
                watchRow(space, r, target.out, target.offset + (from + r) * target.stride);
            }
        }
    }

    private void watchRow(Workspace space, int slot, float[] out, int at) {
        if (watch == null) {
            space.scan().pick(space.result(slot), facts.watched, out, at);
            return;
        }
        space.result(slot, out, at);
        for (int c = 0; c < facts.watched.length; c++) {
            out[at + c] = space.scan().single(facts.watched[c], out[at + c]);
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        check(rows);
        LoadedGraph graph = full;
        if (graph == null) {
            throw new EncoderException(facts.name + " was opened without its full graph; ask for it when opening");
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
        if (rows.dIn() != facts.dIn || rows.dtype() != facts.dtype) {
            throw new EncoderException(facts.name + " takes rows of " + facts.dIn + " in " + facts.dtype + ", not "
                    + rows.dIn() + " in " + rows.dtype() + "; compare the tap with the encoder");
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new EncoderException(facts.name + " is closed");
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

    /** Where watched values go. */
    private record Target(float[] out, int offset, int stride) {}
}
