package io.seismo.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.window.FixedPoint;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.VerdictCore;

/**
 * What a windowed detector keeps between panes: the counts of its open window and the verdict that holds until the
 * window ends.
 *
 * @param hits requests that fired, or rows accounted
 * @param total requests seen, or rows served
 * @param sources most sources heard in a pane of the open window
 * @param sourcesBefore the same of the window before
 * @param verdict of the last window; the default instance before the first
 */
record Held(long hits, long total, long sources, long sourcesBefore, VerdictCore verdict) {

    static final Held EMPTY = new Held(0, 0, 0, 0, VerdictCore.getDefaultInstance());

    private static final int VERSION = 1;

    Held plus(long moreHits, long moreTotal, long sourcesNow) {
        return new Held(
                FixedPoint.add(hits, moreHits),
                FixedPoint.add(total, moreTotal),
                Math.max(sources, sourcesNow),
                sourcesBefore,
                verdict);
    }

    /** The window ended with this verdict. */
    Held judged(VerdictCore now) {
        return new Held(0, 0, 0, sources, now);
    }

    byte[] toBytes() {
        return new StateWriter()
                .u8(VERSION)
                .i64(hits)
                .i64(total)
                .i64(sources)
                .i64(sourcesBefore)
                .bytes(verdict.toByteArray())
                .toByteArray();
    }

    static Held fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "detector state").version(VERSION);
        try {
            Held held = new Held(in.i64(), in.i64(), in.i64(), in.i64(), VerdictCore.parseFrom(in.bytes()));
            in.end();
            return held;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("detector state holds a verdict that cannot be parsed", e);
        }
    }
}
