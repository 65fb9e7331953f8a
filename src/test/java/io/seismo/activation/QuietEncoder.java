package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import java.util.BitSet;

/** Reads rows of any dtype; every watched value is 0.5, and feature 3 fires on every row. */
final class QuietEncoder implements Encoder {

    private final int width;
    private final int columns;

    QuietEncoder(int width, int columns) {
        this.width = width;
        this.columns = columns;
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
        return columns;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        for (int row = 0; row < rows.rows(); row++) {
            for (int column = 0; column < columns; column++) {
                out[offset + row * stride + column] = 0.5f;
            }
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        for (int row = 0; row < rows.rows(); row++) {
            if (chosen.get(row)) {
                out.add(3, 1.5f);
            }
            out.endRow();
        }
    }

    @Override
    public String fingerprint() {
        return "quiet-" + width;
    }

    @Override
    public String weights() {
        return fingerprint();
    }

    @Override
    public void close() {}
}
