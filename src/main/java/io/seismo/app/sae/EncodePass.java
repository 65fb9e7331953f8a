package io.seismo.app.sae;

import io.seismo.app.cli.Progress;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * One pass over the rows of a file.
 *
 * @param rows what is encoded
 * @param sink where values go; not closed here
 * @param progress counts rows
 * @param everything whether values of 0 and below are written too
 */
record EncodePass(RowFile rows, FiredOutput sink, Progress progress, boolean everything) {

    /** Through columns that are there for every row; {@code names} says which they are. Gives the values written. */
    long columns(Columns columns, List<Integer> names) throws IOException {
        long written = 0;
        int step = rows.rowsPerBlock();
        int width = columns.columns();
        float[] values = new float[step * width];
        for (long from = 0; from < rows.rows(); from += step) {
            int count = (int) Math.min(step, rows.rows() - from);
            columns.values(rows.block(from, count), values);
            for (int r = 0; r < count; r++) {
                for (int c = 0; c < width; c++) {
                    written += put(from + r, names.get(c), values[r * width + c]);
                }
                sink.endRow();
            }
            progress.add(count);
        }
        return written;
    }

    /** Through the full graph; {@code chosen} says which features are kept. Gives the values written. */
    long full(Encoder encoder, BitSet chosen) throws IOException {
        BitSet all = new BitSet();
        all.set(0, rows.rowsPerBlock());
        SparseRows sparse = new SparseRows();
        long written = 0;
        for (long from = 0; from < rows.rows(); from += rows.rowsPerBlock()) {
            int count = (int) Math.min(rows.rowsPerBlock(), rows.rows() - from);
            RowBlock block = rows.block(from, count);
            encoder.full(block, all, sparse);
            for (int r = 0; r < count; r++) {
                written += row(from + r, sparse, r, chosen);
                sink.endRow();
            }
            progress.add(count);
        }
        return written;
    }

    /** Both ascend, so that one walk over the chosen features finds what of them fired. */
    private long row(long place, SparseRows fired, int row, BitSet chosen) throws IOException {
        long written = 0;
        int next = fired.start(row);
        for (int f = chosen.nextSetBit(0); f >= 0; f = chosen.nextSetBit(f + 1)) {
            while (next < fired.end(row) && fired.feature(next) < f) {
                next++;
            }
            boolean there = next < fired.end(row) && fired.feature(next) == f;
            written += put(place, f, there ? fired.value(next) : 0);
        }
        return written;
    }

    private int put(long row, int feature, float value) throws IOException {
        if (!everything && value <= 0) {
            return 0;
        }
        sink.add(row, feature, value);
        return 1;
    }
}
