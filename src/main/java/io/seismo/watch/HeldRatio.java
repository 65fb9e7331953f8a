package io.seismo.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.detector.RatioSums;
import io.seismo.window.FixedPoint;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.VerdictCore;

/**
 * What a detector of a ratio keeps between panes: the sums of its open window and the verdict that holds until the window
 * ends.
 *
 * @param fired features that fired
 * @param tokens on so many tokens
 * @param verdict of the last window; the default instance before the first
 */
record HeldRatio(RatioSums sums, long fired, long tokens, VerdictCore verdict) {

    static final HeldRatio EMPTY = new HeldRatio(RatioSums.NONE, 0, 0, VerdictCore.getDefaultInstance());

    private static final int VERSION = 1;

    HeldRatio plus(double numerator, double denominator, long firedNow, long tokensNow) {
        return new HeldRatio(
                sums.plus(numerator, denominator),
                FixedPoint.add(fired, firedNow),
                FixedPoint.add(tokens, tokensNow),
                verdict);
    }

    /** The window ended with this verdict. */
    static HeldRatio judged(VerdictCore now) {
        return new HeldRatio(RatioSums.NONE, 0, 0, now);
    }

    byte[] toBytes() {
        return new StateWriter()
                .u8(VERSION)
                .varint(sums.panes())
                .f64(sums.a())
                .f64(sums.b())
                .f64(sums.aa())
                .f64(sums.ab())
                .f64(sums.bb())
                .i64(fired)
                .i64(tokens)
                .bytes(verdict.toByteArray())
                .toByteArray();
    }

    static HeldRatio fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "ratio of a detector").version(VERSION);
        try {
            RatioSums sums = new RatioSums(in.varint(), in.f64(), in.f64(), in.f64(), in.f64(), in.f64());
            HeldRatio held = new HeldRatio(sums, in.i64(), in.i64(), VerdictCore.parseFrom(in.bytes()));
            in.end();
            return held;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("ratio of a detector holds a verdict that cannot be parsed", e);
        }
    }
}
