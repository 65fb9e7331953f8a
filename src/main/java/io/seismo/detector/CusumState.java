package io.seismo.detector;

import java.nio.ByteBuffer;

/**
 * Where a CUSUM chart stands. 49 bytes, big-endian:
 *
 * <pre>
 *   0       8          9          17       25      33           41      49
 *   | C f64 | alarm u8 | sinceMs i64 | fired i64 | seen i64 | expected f64 | shift f64 |
 * </pre>
 *
 * @param statistic C
 * @param alarming whether it reached its limit and has not come back below it
 * @param run counts since C last left zero
 */
public record CusumState(double statistic, boolean alarming, Verdict.Run run) {

    /** A chart that starts. */
    public static final CusumState ZERO = new CusumState(0, false, new Verdict.Run(0, 0, 0, 0));

    /** Bytes of one state and the shift of its chart. */
    static final int BYTES = 49;

    void write(ByteBuffer out, double shift) {
        out.putDouble(statistic).put((byte) (alarming ? 1 : 0));
        out.putLong(run.sinceMs()).putLong(run.fired()).putLong(run.seen()).putDouble(run.expected());
        out.putDouble(shift);
    }

    static CusumState read(ByteBuffer in) {
        double statistic = in.getDouble();
        boolean alarming = in.get() == 1;
        return new CusumState(
                statistic, alarming, new Verdict.Run(in.getLong(), in.getLong(), in.getLong(), in.getDouble()));
    }
}
