package io.seismo.watch;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;

/**
 * How far one partition of {@code features} has come, as told by its markers.
 *
 * @param first first pane of its first marker; before that it counts as having closed everything
 * @param closedThrough last pane it has closed
 * @param waiting its markers in the inbox
 */
record Progress(long first, long closedThrough, int waiting) {

    private static final int VERSION = 1;

    byte[] toBytes() {
        return new StateWriter()
                .u8(VERSION)
                .i64(first)
                .i64(closedThrough)
                .i32(waiting)
                .toByteArray();
    }

    static Progress fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "progress of a partition").version(VERSION);
        Progress progress = new Progress(in.i64(), in.i64(), in.i32());
        in.end();
        return progress;
    }
}
