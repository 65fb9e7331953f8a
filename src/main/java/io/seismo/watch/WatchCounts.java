package io.seismo.watch;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;

/**
 * What a watch partition ignored or skipped since its state began; telemetry, in no digest and no snapshot.
 *
 * @param duplicates chunks and markers that were there already
 * @param late chunks and markers of panes already merged
 * @param conflicts repeats that differ from what was there; the first one stands
 * @param malformed partials that break the format: they are not stored, so their pane waits for a correct one
 * @param skipped contributions of a partition that a forced closing left out
 * @param overflowed panes closed by force because the inbox was full
 */
public record WatchCounts(long duplicates, long late, long conflicts, long malformed, long skipped, long overflowed) {

    /** Nothing was ignored. */
    public static final WatchCounts NONE = new WatchCounts(0, 0, 0, 0, 0, 0);

    private static final int VERSION = 1;

    WatchCounts plus(WatchCounts more) {
        return new WatchCounts(
                duplicates + more.duplicates,
                late + more.late,
                conflicts + more.conflicts,
                malformed + more.malformed,
                skipped + more.skipped,
                overflowed + more.overflowed);
    }

    static WatchCounts oneDuplicate() {
        return new WatchCounts(1, 0, 0, 0, 0, 0);
    }

    static WatchCounts oneLate() {
        return new WatchCounts(0, 1, 0, 0, 0, 0);
    }

    static WatchCounts oneConflict() {
        return new WatchCounts(0, 0, 1, 0, 0, 0);
    }

    static WatchCounts oneMalformed() {
        return new WatchCounts(0, 0, 0, 1, 0, 0);
    }

    byte[] toBytes() {
        return new StateWriter()
                .u8(VERSION)
                .i64(duplicates)
                .i64(late)
                .i64(conflicts)
                .i64(malformed)
                .i64(skipped)
                .i64(overflowed)
                .toByteArray();
    }

    static WatchCounts fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "watch counts").version(VERSION);
        WatchCounts counts = new WatchCounts(in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
        in.end();
        return counts;
    }
}
