package io.seismo.encoder;

import java.util.Map;

/**
 * The watched columns of all encoders of a plan at once: what reads the same rows shares one multiplication, and a head
 * on features reads the very values that are watched.
 *
 * <p>Shareable between threads; closed by whoever opened it.
 */
public interface JointWatch {

    /** Watched columns, in the order of the plan. */
    int columns();

    /**
     * Watched columns of every row. What is told of a tap is its rows or, encoded elsewhere, what its encoders gave for
     * them; never both.
     *
     * @param rows by name of tap; all with {@code count} rows
     * @param codes by name of encoder, for taps without rows: what fired, of a probe all outputs
     * @param count rows
     * @param out receives row r, column c at {@code r * columns() + c}
     */
    void watch(Map<String, RowBlock> rows, Map<String, SparseRows> codes, int count, float[] out);
}
