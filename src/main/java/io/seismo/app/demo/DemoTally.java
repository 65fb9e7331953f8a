package io.seismo.app.demo;

import io.seismo.wire.PaneMarker;
import io.seismo.wire.PanePartial;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.Reason;
import io.seismo.wire.RefusalCount;
import java.util.TreeMap;

/** Adds up what the closed panes say was counted and refused. */
final class DemoTally {

    private long frames;
    private long rows;
    private long rowsScored;
    private long rowsServed;
    private long rowsAccounted;
    private long requests;
    private final TreeMap<Reason, Long> refused = new TreeMap<>();

    synchronized void add(PanePartial partial) {
        if (!partial.hasMarker()) {
            return;
        }
        PaneMarker marker = partial.getMarker();
        PaneTotals totals = marker.getTotals();
        frames += totals.getFrames();
        rows += totals.getRowsSeen();
        rowsScored += totals.getRowsScored();
        rowsServed += totals.getRowsServed();
        rowsAccounted += totals.getRowsAccounted();
        requests += totals.getRequestsSeen();
        for (RefusalCount count : totals.getRefusalsList()) {
            refused.merge(count.getReason(), count.getRecords(), Long::sum);
        }
    }

    synchronized long frames() {
        return frames;
    }

    synchronized long rows() {
        return rows;
    }

    synchronized long rowsScored() {
        return rowsScored;
    }

    synchronized long requests() {
        return requests;
    }

    /** Records refused, for any reason. */
    synchronized long refused() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized long late() {
        return refused.getOrDefault(Reason.REASON_LATE, 0L);
    }

    /** Rows accounted over rows served; 1 before any heartbeat. */
    synchronized double coverage() {
        return rowsServed == 0 ? 1 : (double) rowsAccounted / rowsServed;
    }
}
