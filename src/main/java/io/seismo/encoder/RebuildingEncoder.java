package io.seismo.encoder;

import io.seismo.weights.Decoder;
import io.seismo.weights.InputNorm;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * An SAE with its decoder beside it, so that it can also say what it leaves of its rows.
 *
 * <p>Shareable between threads, as the SAE is. Reconstruction is arithmetic in Java, on the processor, whatever the SAE runs
 * on: it needs {@code L0 · d} multiplications a row where the full graph needs {@code d_sae · d}. The numbers of the SAE and
 * its fingerprint stay what they are.
 */
public final class RebuildingEncoder implements Encoder {

    private final Encoder sae;
    private final ThreadLocal<Work> work;

    /**
     * @param sae closed with this one
     * @param decoder of its weights
     * @param norm of its weights
     */
    public RebuildingEncoder(Encoder sae, Decoder decoder, InputNorm norm) {
        if (decoder.bias().length != sae.dIn() || decoder.scale().length != sae.width()) {
            throw new EncoderException("a decoder of " + decoder.scale().length + " features to rows of "
                    + decoder.bias().length + " does not belong to an SAE of " + sae.width() + " features on rows of "
                    + sae.dIn());
        }
        this.sae = sae;
        this.work = ThreadLocal.withInitial(() -> new Work(new Reconstruction(decoder, norm), new double[sae.dIn()]));
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Work(Reconstruction reconstruction, double[] row) {}

    @Override
    public boolean rebuilds() {
        return true;
    }

    @Override
    public void errors(RowBlock rows, BitSet chosen, SparseRows fired, RowErrors out) {
        Work mine = work.get();
        out.clear(rows.rows());
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
            NaiveEncoder.decode(rows, row, mine.row);
            mine.reconstruction.rebuild(mine.row, fired, row);
            out.set(
                    row,
                    mine.reconstruction.error() / mine.row.length,
                    mine.reconstruction.deviation() / mine.row.length);
        }
    }

    @Override
    public int dIn() {
        return sae.dIn();
    }

    @Override
    public int width() {
        return sae.width();
    }

    @Override
    public int watchColumns() {
        return sae.watchColumns();
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        sae.watch(rows, out, offset, stride);
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        sae.full(rows, chosen, out);
    }

    @Override
    public @Nullable JointWatch joint() {
        return sae.joint();
    }

    @Override
    public String fingerprint() {
        return sae.fingerprint();
    }

    @Override
    public String weights() {
        return sae.weights();
    }

    @Override
    public void close() {
        sae.close();
    }
}
