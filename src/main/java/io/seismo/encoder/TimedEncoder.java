package io.seismo.encoder;

import java.util.BitSet;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Another encoder, and how long each call of it took; a call that throws counts too. */
public final class TimedEncoder implements Encoder {

    private final Encoder timed;
    private final LongSupplier nanos;
    private final LongConsumer spent;

    /**
     * @param timed closed with this one
     * @param nanos readings of a clock that never goes back, ns
     * @param spent told the length of every call, ns, on the calling thread
     */
    public TimedEncoder(Encoder timed, LongSupplier nanos, LongConsumer spent) {
        this.timed = timed;
        this.nanos = nanos;
        this.spent = spent;
    }

    @Override
    public void watch(RowBlock rows, float[] out, int offset, int stride) {
        long begin = nanos.getAsLong();
        try {
            timed.watch(rows, out, offset, stride);
        } finally {
            spent.accept(nanos.getAsLong() - begin);
        }
    }

    @Override
    public void full(RowBlock rows, BitSet chosen, SparseRows out) {
        long begin = nanos.getAsLong();
        try {
            timed.full(rows, chosen, out);
        } finally {
            spent.accept(nanos.getAsLong() - begin);
        }
    }

    @Override
    public boolean rebuilds() {
        return timed.rebuilds();
    }

    @Override
    public void errors(RowBlock rows, BitSet chosen, SparseRows fired, RowErrors out) {
        long begin = nanos.getAsLong();
        try {
            timed.errors(rows, chosen, fired, out);
        } finally {
            spent.accept(nanos.getAsLong() - begin);
        }
    }

    @Override
    public @Nullable JointWatch joint() {
        JointWatch joint = timed.joint();
        return joint == null ? null : new TimedWatch(joint);
    }

    /** Counts a call once, for whichever encoder of the plan is asked. */
    private final class TimedWatch implements JointWatch {

        private final JointWatch joint;

        TimedWatch(JointWatch joint) {
            this.joint = joint;
        }

        @Override
        public int columns() {
            return joint.columns();
        }

        @Override
        public void watch(Map<String, RowBlock> rows, Map<String, SparseRows> codes, int count, float[] out) {
            long begin = nanos.getAsLong();
            try {
                joint.watch(rows, codes, count, out);
            } finally {
                spent.accept(nanos.getAsLong() - begin);
            }
        }
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
