package io.seismo.bench;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import java.util.BitSet;
import java.util.concurrent.atomic.LongAdder;

/** Another encoder, and how long it took. */
final class TimedEncoder implements Encoder {

    private final Encoder timed;
    private final LongAdder nanos = new LongAdder();

    TimedEncoder(Encoder timed) {
        this.timed = timed;
    }

    /** Time spent encoding so far. */
    long nanos() {
        return nanos.sum();
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        long begin = System.nanoTime();
        timed.watch(rows, out, offset, stride);
        nanos.add(System.nanoTime() - begin);
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        long begin = System.nanoTime();
        timed.full(rows, chosen, out);
        nanos.add(System.nanoTime() - begin);
    }

    @Override
    public int dIn() {
        return timed.dIn();
    }

    @Override
    public int width() {
        return timed.width();
    }

    @Override
    public int watchColumns() {
        return timed.watchColumns();
    }

    @Override
    public String fingerprint() {
        return timed.fingerprint();
    }

    @Override
    public String weights() {
        return timed.weights();
    }

    @Override
    public void close() {
        timed.close();
    }
}
