package io.seismo.encoder.onnx;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;

/** Chosen features of an SAE whose features depend on each other, so that all of them are computed. */
final class WholeRowBlock implements ValueBlock {

    private final String tap;
    private final Encoder sae;

    /** @param sae not closed here */
    WholeRowBlock(String tap, Encoder sae) {
        this.tap = tap;
        this.sae = sae;
    }

    @Override
    public String tap() {
        return tap;
    }

    @Override
    public int columns() {
        return sae.watchColumns();
    }

    @Override
    public void fill(RowBlock rows, float[] out) {
        sae.watch(rows, out, 0, columns());
    }

    @Override
    public void close() {}
}
