package io.seismo.detector;

import io.seismo.baseline.RateBaseline;
import io.seismo.baseline.RateBaselineFormat;
import io.seismo.baseline.RatePolicy;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The state of a rate detector as bytes, big-endian.
 *
 * <pre>
 *   0       1           9             17                   66                                  130       131
 *   | ver=1 | level f64 | windows i64 | reference chart 49 | 4 × (fired i64, seen i64)         | charts u8 |
 *   then    charts × 49 | length of the baseline u32 | baseline
 * </pre>
 *
 * A chart's bytes are those of {@link CusumState} and carry its shift: when a new spec has other shifts, charts that
 * remain go on and new ones start at zero.
 */
public final class RateStateFormat {

    /** The version written. */
    public static final byte VERSION = 1;

    private static final int FIXED = 17 + CusumState.BYTES + 16 * RateState.RECENT + 1 + 4;

    private RateStateFormat() {}

    /** The bytes of a state whose charts have these shifts. */
    static byte[] write(RateState state, List<Double> shifts) {
        byte[] baseline = RateBaselineFormat.write(state.baseline);
        ByteBuffer out = ByteBuffer.allocate(FIXED + CusumState.BYTES * shifts.size() + baseline.length);
        out.put(VERSION).putDouble(state.level).putLong(state.windows);
        state.reference.write(out, 0);
        for (int i = 0; i < RateState.RECENT; i++) {
            out.putLong(state.recentFired[i]).putLong(state.recentSeen[i]);
        }
        out.put((byte) shifts.size());
        for (int i = 0; i < shifts.size(); i++) {
            state.charts[i].write(out, shifts.get(i));
        }
        return out.putInt(baseline.length).put(baseline).array();
    }

    /**
     * The state of those bytes.
     *
     * @throws IllegalArgumentException when the bytes are of an unknown version or cut short
     */
    static RateState read(RatePolicy policy, List<Double> shifts, byte[] bytes) {
        if (bytes.length < FIXED || bytes[0] != VERSION) {
            throw new IllegalArgumentException("not a rate detector's state of version " + VERSION);
        }
        try {
            return readBody(policy, shifts, ByteBuffer.wrap(bytes, 1, bytes.length - 1));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a rate detector's state is cut short", e);
        }
    }

    private static RateState readBody(RatePolicy policy, List<Double> shifts, ByteBuffer in) {
        double level = in.getDouble();
        long windows = in.getLong();
        CusumState reference = CusumState.read(in);
        in.getDouble();
        long[] recent = new long[2 * RateState.RECENT];
        for (int i = 0; i < recent.length; i++) {
            recent[i] = in.getLong();
        }
        int charts = Byte.toUnsignedInt(in.get());
        ByteBuffer chartBytes = in.slice();
        in.position(in.position() + Math.min(in.remaining(), charts * CusumState.BYTES));
        RateState state = new RateState(baseline(policy, in), shifts.size());
        state.level = level;
        state.windows = windows;
        state.reference = reference;
        for (int i = 0; i < RateState.RECENT; i++) {
            state.recentFired[i] = recent[2 * i];
            state.recentSeen[i] = recent[2 * i + 1];
        }
        for (int i = 0; i < charts; i++) {
            CusumState chart = CusumState.read(chartBytes);
            int at = shifts.indexOf(chartBytes.getDouble());
            if (at >= 0) {
                state.charts[at] = chart;
            }
        }
        return state;
    }

    private static RateBaseline baseline(RatePolicy policy, ByteBuffer in) {
        int length = in.getInt();
        if (length != in.remaining()) {
            throw new IllegalArgumentException("a rate detector's state is cut short or too long");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return RateBaselineFormat.read(policy, bytes);
    }
}
