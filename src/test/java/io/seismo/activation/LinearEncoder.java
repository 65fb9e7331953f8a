package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import java.util.BitSet;
import java.util.List;

/** Feature j of a row is its element j mod d, less j / 100: simple enough to check by hand. Reads f32 only. */
public final class LinearEncoder implements Encoder {

    /** An element of this value makes the encoder fail. */
    public static final float POISON = 13.5f;

    private final int width;
    private final List<Integer> watched;

    LinearEncoder(int width, List<Integer> watched) {
        this.width = width;
        this.watched = watched;
    }

    public static float value(RowBlock rows, int row, int feature) {
        int at = rows.data().position() + 4 * (row * rows.dIn() + feature % rows.dIn());
        return rows.data().getFloat(at) - feature / 100;
    }

    @Override
    public int dIn() {
        return TestPlans.D_IN;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int watchColumns() {
        return watched.size();
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        for (int row = 0; row < rows.rows(); row++) {
            if (value(rows, row, 0) == POISON) {
                throw new EncoderException("the session failed");
            }
            if (value(rows, row, 0) == -POISON) {
                throw new IllegalStateException("quotes the record");
            }
            for (int column = 0; column < watched.size(); column++) {
                float value = value(rows, row, watched.get(column));
                out[offset + row * stride + column] = value == 2 * POISON ? Float.NaN : value;
            }
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        for (int row = 0; row < rows.rows(); row++) {
            for (int feature = 0; chosen.get(row) && feature < width; feature++) {
                if (value(rows, row, feature) > 1) {
                    out.add(feature, value(rows, row, feature));
                }
            }
            out.endRow();
        }
    }

    @Override
    public String fingerprint() {
        return "linear-" + width;
    }

    @Override
    public String weights() {
        return fingerprint();
    }

    @Override
    public void close() {}
}
