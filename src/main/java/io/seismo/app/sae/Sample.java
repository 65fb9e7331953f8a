package io.seismo.app.sae;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.ControlCheck;
import io.seismo.encoder.onnx.OnnxPreActivations;
import io.seismo.weights.EncoderWeights;
import java.util.BitSet;

/** Rows evenly spread over a file, for the control. */
final class Sample {

    private final EncoderWeights weights;
    private final RowFile rows;
    private final int size;
    private final ControlCheck check;
    private final SparseRows features = new SparseRows();

    /** @param size at least 1, at most the rows there are */
    Sample(EncoderWeights weights, RowFile rows, int size) {
        this.weights = weights;
        this.rows = rows;
        this.size = size;
        this.check = new ControlCheck(weights);
    }

    int size() {
        return size;
    }

    /** Keeps what the encoder makes of the sampled rows. */
    void encode(Encoder encoder) {
        BitSet one = new BitSet();
        one.set(0);
        SparseRows row = new SparseRows();
        for (int i = 0; i < size; i++) {
            encoder.full(rows.block(place(i, size, rows.rows()), 1), one, row);
            for (int e = 0; e < row.end(0); e++) {
                features.add(row.feature(e), row.value(e));
            }
            features.endRow();
        }
    }

    /** Holds it, and the pre-activations, against the control. */
    void compare(OnnxPreActivations fast, Runnable done) {
        float[] pre = new float[weights.width()];
        for (int i = 0; i < size; i++) {
            RowBlock block = rows.block(place(i, size, rows.rows()), 1);
            fast.row(block, 0, pre);
            check.add(block, 0, place(i, size, rows.rows()), pre, features, i);
            done.run();
        }
    }

    ControlCheck.Result result() {
        return check.result();
    }

    /** The row that is the i-th of a sample of {@code size} out of {@code rows}. */
    static long place(int i, int size, long rows) {
        return (long) ((double) i / size * rows);
    }
}
