package io.seismo.encoder.onnx;

import io.seismo.encoder.RowBlock;

/** A few values for every row of one tap: results of a multiplication, or of an SAE that must be computed whole. */
interface ValueBlock extends AutoCloseable {

    /** Name of the tap whose rows it reads. */
    String tap();

    /** Values of a row. */
    int columns();

    /**
     * Computes all rows.
     *
     * @param out receives row r, column c at {@code r * columns() + c}
     */
    void fill(RowBlock rows, float[] out);

    @Override
    void close();
}
