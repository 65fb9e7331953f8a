package io.seismo.app.sae;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;

/** A few values of every row, by the encoder of the pipeline. */
interface Columns extends AutoCloseable {

    /** How many. */
    int columns();

    /**
     * Values of rows.
     *
     * @param out receives row r, column c at {@code r * columns() + c}
     */
    void values(RowBlock rows, float[] out);

    /** Pins what makes the numbers. */
    String fingerprint();

    @Override
    void close();

    /** The watched columns of an SAE, which is closed with them. */
    static Columns of(Encoder sae) {
        return new Columns() {
            @Override
            public int columns() {
                return sae.watchColumns();
            }

            @Override
            public void values(RowBlock rows, float[] out) {
                sae.watch(rows, out, 0, sae.watchColumns());
            }

            @Override
            public String fingerprint() {
                return sae.fingerprint();
            }

            @Override
            public void close() {
                sae.close();
            }
        };
    }
}
